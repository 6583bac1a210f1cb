//! What rust-analyzer needs to know of a query in bare tokens.
//!
//! It understands the code that a macro makes of its tokens, so beside the code of the query, and
//! only under `cfg(rust_analyzer)`, stands a function that is never called. It reads the fields that
//! the columns are, by the query's own words: these are completed, lead to the struct, and are
//! renamed with it. Its constant `SELECT` is documented with the command.

use super::column::Tables;
use super::input::Input;
use super::source::Source;
use super::tokens::Tokens;
use crate::identifier::raw_identifier;
use crate::paths::private;
use proc_macro2::{Ident, TokenStream};
use queryleaf_compiler::types::{Field, Type};
use queryleaf_compiler::{Code, Diagnostic, ParameterName, Query, TableName};
use quote::quote;

/// The aids for a query that compiles, to be put into something that allows `unexpected_cfgs`: a
/// program need not know of rust-analyzer.
pub(crate) fn aids(
    input: &Input,
    names: &[TableName],
    tables: &Tables,
    query: &Query,
) -> TokenStream {
    let Source::Tokens(tokens) = &input.source else {
        return TokenStream::new();
    };
    let words = Words::new(tokens, names, tables);
    let documentation = documentation(query);
    let hover = words.words.first().map(|word| {
        let keyword = &word.ident;
        quote! {
            #[doc = #documentation]
            const #keyword: () = ();
            #keyword
        }
    });
    function(&words.columns(tables, &[]), &hover.unwrap_or_default())
}

/// The aids for a query with errors: of what is being written, an unknown column may be a part.
pub(crate) fn aids_of_errors(
    input: &Input,
    names: &[TableName],
    tables: &Tables,
    errors: &[Diagnostic],
) -> TokenStream {
    let Source::Tokens(tokens) = &input.source else {
        return TokenStream::new();
    };
    let unknown: Vec<usize> = errors
        .iter()
        .filter(|error| error.code == Code::UnknownColumn)
        .map(|error| error.span.end)
        .collect();
    let words = Words::new(tokens, names, tables);
    let function = function(&words.columns(tables, &unknown), &TokenStream::new());
    quote!(#[allow(unexpected_cfgs)] const _: () = { #function };)
}

fn function(columns: &TokenStream, hover: &TokenStream) -> TokenStream {
    if columns.is_empty() && hover.is_empty() {
        return TokenStream::new();
    }
    quote! {
        #[cfg(rust_analyzer)]
        #[allow(non_snake_case, non_upper_case_globals, unused)]
        fn __editor() {
            #columns
            #hover
        }
    }
}

/// The command with a line for each stage, and what its holes stand for.
fn documentation(query: &Query) -> String {
    let command = query.command.to_string();
    let lines = command
        .replace("pipeline: [{$", "pipeline: [\n  {$")
        .replace("}}, {$", "}},\n  {$");
    let mut text = format!("```js\n{lines}\n```");
    for (number, parameter) in query.parameters.iter().enumerate() {
        let name = match &parameter.name {
            ParameterName::Named(name) => format!(":{name}"),
            ParameterName::Positional(position) => format!("${position}"),
        };
        text.push_str(&format!("\n\n`:{number}` is `{name}`"));
    }
    text
}

/// A name or a key word of the query.
struct Word {
    ident: Ident,
    name: String,
    /// Where it ends in the text, in bytes.
    end: usize,
    /// Whether a point comes before it.
    is_inner: bool,
    /// Whether a point comes after it.
    is_outer: bool,
}

struct Words {
    words: Vec<Word>,
    /// The names by which the query knows each table, and its number.
    tables: Vec<(String, usize)>,
}

impl Words {
    fn new(tokens: &Tokens, names: &[TableName], tables: &Tables) -> Self {
        let mut words: Vec<Word> = Vec::new();
        let mut after_point = false;
        for (text, end, span) in tokens.words() {
            if text == "." {
                if let Some(before) = words.last_mut() {
                    before.is_outer = true;
                }
            } else if let Ok(mut ident) = syn::parse_str::<Ident>(text.trim_matches('"')) {
                ident.set_span(span);
                words.push(Word {
                    name: ident.to_string(),
                    ident,
                    end,
                    is_inner: after_point,
                    is_outer: false,
                });
            }
            after_point = text == ".";
        }
        let tables = table_names(&words, names, tables.paths.len());
        Words { words, tables }
    }

    /// Statements that read the fields behind the names of columns.
    ///
    /// `unknown` says where names end that no field has, but that may be the beginning of one.
    fn columns(&self, tables: &Tables, unknown: &[usize]) -> TokenStream {
        let mut reads: Vec<TokenStream> = tables.paths.iter().map(|_| TokenStream::new()).collect();
        let starts = self.words.iter().enumerate();
        for (number, first) in starts.filter(|(_, word)| !word.is_inner) {
            let named = self.tables.iter().find(|(name, _)| *name == first.name);
            let (of, path) = match named {
                Some((_, table)) if first.is_outer => (*table..*table + 1, number + 1),
                _ => (0..reads.len(), number),
            };
            for table in of {
                let Some(collection) = tables.collections.get(table) else {
                    continue;
                };
                let path = self.path(path, &collection.fields, unknown);
                if let (false, Some(reads)) = (path.is_empty(), reads.get_mut(table)) {
                    reads.extend(quote!(let _ = &it #path;));
                }
            }
        }
        let private = private();
        tables
            .paths
            .iter()
            .zip(reads)
            .filter(|(_, reads)| !reads.is_empty())
            .map(|(table, reads)| quote!(#private::read_fields(#table(), |it| { #reads });))
            .collect()
    }

    /// `.address.city` from the word of this number on, as far as the fields lead without `Option`s
    /// and arrays between.
    fn path(&self, start: usize, fields: &[Field], unknown: &[usize]) -> TokenStream {
        let mut path = TokenStream::new();
        let mut fields = fields;
        for word in self.words.iter().skip(start) {
            let Some(field) = fields.iter().find(|field| field.name == word.name) else {
                if unknown.contains(&word.end) {
                    let ident = &word.ident;
                    path.extend(quote!(.#ident));
                }
                break;
            };
            if field.hidden {
                break;
            }
            let Some(ident) = raw_identifier(&field.rust_name, word.ident.span()) else {
                break;
            };
            path.extend(quote!(.#ident));
            match &field.ty {
                Type::Struct(inner) if word.is_outer && !field.nullable => {
                    fields = &inner.definition.fields;
                }
                _ => break,
            }
        }
        path
    }
}

/// The names and aliases of the tables.
fn table_names(words: &[Word], names: &[TableName], count: usize) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (number, name) in names.iter().enumerate().take(count) {
        let length = name.path.len();
        for (start, mention) in words.windows(length).enumerate() {
            if mention.iter().map(|word| &word.name).ne(&name.path) {
                continue;
            }
            let mut next = words.iter().skip(start + length);
            let alias = match next.next() {
                Some(word) if word.name.eq_ignore_ascii_case("as") => next.next(),
                other => other,
            };
            found.extend(alias.map(|alias| (alias.name.clone(), number)));
        }
        found.extend(name.path.last().map(|name| (name.clone(), number)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use queryleaf_compiler::schema::{Definition, parse};
    use queryleaf_compiler::{Table, compile, table_names};
    use std::sync::Arc;

    const SCHEMA: &str = r#"collection "orders" Order {
        "_id" id: objectid; "city" city: text; "secret" -secret: text; "note" note: ?text;
        "address" address: struct Address { "street" street: text; };
        "items" items: [struct Item { "sku" sku: text; }];
    }"#;

    /// The aids for a query, without blanks.
    fn aids_of(sql: &str) -> String {
        let tokens: TokenStream = sql.parse().expect(sql);
        let Ok(input) = Input::read(tokens) else {
            panic!("{sql}")
        };
        let Ok(Definition::Collection(collection)) = parse(SCHEMA) else {
            panic!("the schema does not parse");
        };
        let collection = Arc::new(collection);
        let names = table_names(input.source.text());
        let tables = Tables {
            paths: names.iter().map(|_| quote!(orders)).collect(),
            collections: names.iter().map(|_| Arc::clone(&collection)).collect(),
            ..Tables::default()
        };
        let given: Vec<Table> = names
            .iter()
            .map(|name| Table {
                name: name.path.clone(),
                collection: Arc::clone(&collection),
            })
            .collect();
        let aids = match compile(input.source.text(), &given) {
            Ok(query) => aids(&input, &names, &tables, &query),
            Err(errors) => aids_of_errors(&input, &names, &tables, &errors),
        };
        aids.to_string().replace(' ', "")
    }

    #[test]
    fn columns_are_fields() {
        let aids = aids_of("SELECT o.city, address.street, _id FROM orders o WHERE o.note = :x");
        assert!(
            aids.contains(
                "read_fields(orders(),|it|{let_=&it.city;let_=&it.address.street;let_=&it.id;\
                 let_=&it.note;})"
            ),
            "{aids}"
        );
        assert!(aids.starts_with("#[cfg(rust_analyzer)]"), "{aids}");
        assert!(aids.contains("constSELECT:()=();SELECT"), "{aids}");
        assert!(aids.contains("`:0`is`:x`"), "{aids}");
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        let aids = aids_of("SELECT secret, items[1].sku, UPPER(city) AS x FROM orders");
        assert!(
            aids.contains("|it|{let_=&it.items;let_=&it.city;}"),
            "{aids}"
        );
    }

    #[test]
    fn the_beginning_of_a_name_can_be_completed() {
        let aids = aids_of("SELECT o.ci, address.str FROM orders AS o");
        assert!(
            aids.contains("|it|{let_=&it.ci;let_=&it.address.str;}"),
            "{aids}"
        );
    }

    #[test]
    fn a_text_has_no_words_of_its_own() {
        assert_eq!(aids_of("\"SELECT city FROM orders\""), "");
    }
}
