//! The last stage of a derive: all nested schemas are known.

use super::bucket_attributes::BucketAttributes;
use super::leaf::CollectionAttributes;
use crate::chain::{Collected, ask, definition};
use crate::errors::{Errors, with_help};
use crate::paths::private;
use crate::sql::{check_defaults, report_at};
use crate::string_literal;
use proc_macro2::{Ident, Literal, TokenStream};
use queryleaf_compiler::create::{self, Condition, ConditionErrors};
use queryleaf_compiler::schema::{self, Definition, Part, Problem};
use queryleaf_compiler::suggestion::nearest;
use queryleaf_plan::{Rules, Template};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, LitStr, Path, Visibility};

/// A type whose macro is to be defined.
#[derive(Clone)]
pub(crate) struct Declaration {
    /// The type.
    pub(crate) ty: Ident,
    /// The name of the macro.
    pub(crate) name: Ident,
    /// The visibility of the type.
    pub(crate) visibility: Visibility,
    /// The schema text, with holes for nested schemas.
    pub(crate) text: String,
    /// The `#[leaf(..)]` attributes, which errors point into.
    pub(crate) attributes: Vec<Attribute>,
    /// The defaults of those fields that have one, in order, which errors point into.
    pub(crate) defaults: Vec<LitStr>,
}

impl ToTokens for Declaration {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Declaration {
            ty,
            name,
            visibility,
            text,
            attributes,
            defaults,
        } = self;
        tokens.extend(quote!(#ty #name (#visibility) #text [#(#defaults)*] #(#attributes)*));
    }
}

impl Parse for Declaration {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let ty = input.parse()?;
        let name = input.parse()?;
        let visibility;
        syn::parenthesized!(visibility in input);
        let text = input.parse::<LitStr>()?.value();
        let literals;
        syn::bracketed!(literals in input);
        let mut defaults = Vec::new();
        while !literals.is_empty() {
            defaults.push(literals.parse()?);
        }
        Ok(Declaration {
            ty,
            name,
            visibility: visibility.parse()?,
            text,
            defaults,
            attributes: input.call(Attribute::parse_outer)?,
        })
    }
}

/// Defines the macro of a type, at once or when the nested types have given their schemas.
pub(crate) fn finish(declaration: Declaration, nested: &[Path]) -> TokenStream {
    if nested.is_empty() {
        return complete(&declaration, &declaration.text);
    }
    let macros: Vec<TokenStream> = nested.iter().map(ToTokens::to_token_stream).collect();
    ask(
        &macros,
        &quote!(::queryleaf::__define),
        &declaration.to_token_stream(),
    )
}

/// Expands `__define!`.
pub(crate) fn define(input: TokenStream) -> syn::Result<TokenStream> {
    let Collected { state, schemas } = syn::parse2(input)?;
    let declaration: Declaration = syn::parse2(state)?;
    let nested: Vec<String> = schemas.iter().filter_map(string_literal::value).collect();
    let nested: Vec<&str> = nested.iter().map(String::as_str).collect();
    let text = schema::substitute(&declaration.text, &nested);
    Ok(complete(&declaration, &text))
}

fn complete(declaration: &Declaration, text: &str) -> TokenStream {
    let mut errors = Errors::default();
    let mut conditions = TokenStream::new();
    let mut created = TokenStream::new();
    match schema::parse(text) {
        Ok(Definition::Collection(collection)) => {
            // What is wrong with the attributes themselves has been reported before.
            let unreported = &mut Errors::default();
            let declared = match collection.bucket() {
                Some(_) => BucketAttributes::read(&declaration.attributes, unreported).files,
                None => CollectionAttributes::read(&declaration.attributes, unreported),
            };
            check(&collection, &declared, &mut errors);
            conditions = check_defaults(&collection.fields, &declaration.defaults);
            let definition = create::definition(&collection);
            let template = definition.unwrap_or_else(|errors| {
                conditions.extend(wrong_conditions(&errors, &declared));
                Template::ALWAYS
            });
            let encoded = match &declared.view {
                Some(view) => view.value(),
                None => queryleaf_plan::encode(&template, &[]),
            };
            let chunks = create::chunks(&collection);
            let chunks = chunks.map(|chunks| queryleaf_plan::encode(&chunks, &[]));
            let rules = schema::rules(&collection);
            created = definition_impl(&declaration.ty, &encoded, chunks.as_deref(), &rules);
        }
        Ok(Definition::Struct(_) | Definition::Enum(_) | Definition::Stream(_)) => {}
        Err(error) => errors.add(
            &declaration.name,
            format!(
                "the schema of `{}` cannot be read: {} is expected at byte {}",
                declaration.name, error.expected, error.offset
            ),
        ),
    }
    let errors = errors.into_tokens();
    let definition = definition(&declaration.name, &declaration.visibility, text);
    quote!(#errors #conditions #created #definition)
}

/// What the collection is created with, as the runtime reads it.
fn definition_impl(
    ty: &Ident,
    encoded: &[u8],
    chunks: Option<&[u8]>,
    rules: &Rules,
) -> TokenStream {
    let private = private();
    let definition = Literal::byte_string(encoded);
    let chunks = chunks.map(Literal::byte_string).map(|chunks| {
        quote! {
            const CHUNKS: ::core::option::Option<&'static [::core::primitive::u8]> =
                ::core::option::Option::Some(#chunks);
        }
    });
    let rules = (*rules != Rules::None).then(|| {
        let rules = Literal::byte_string(&rules.encode());
        quote!(const RULES: &'static [::core::primitive::u8] = #rules;)
    });
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #private::Defined for #ty {
            const DEFINITION: &'static [::core::primitive::u8] = #definition;
            #chunks
            #rules
        }
    }
}

/// The errors in the conditions of partial indexes and of checks.
fn wrong_conditions(errors: &[ConditionErrors], declared: &CollectionAttributes) -> TokenStream {
    errors
        .iter()
        .filter_map(|found| {
            let literal = match found.condition {
                Condition::Index(number) => declared.indexes.get(number)?.partial.as_ref()?,
                Condition::Check(number) => declared.checks.get(number)?,
            };
            Some(report_at(literal, &found.errors))
        })
        .collect()
}

/// Reports what is wrong with a collection's indexes and storage, each at its word.
fn check(collection: &schema::Collection, declared: &CollectionAttributes, errors: &mut Errors) {
    for mut problem in schema::check(collection) {
        let tokens = tokens_of(problem.part, declared);
        // The one option of an index that is a word alone looks like a field when it is misspelt.
        if let (Part::Key { .. }, None) = (problem.part, &problem.help)
            && let Some(option) = nearest(&tokens.to_string(), ["sparse"])
        {
            problem.help = Some(format!("did you mean the option `{option}`?"));
        }
        errors.add(tokens, message(problem));
    }
}

fn message(problem: Problem) -> String {
    match problem.help {
        Some(help) => with_help(problem.message, help),
        None => problem.message,
    }
}

fn tokens_of(part: Part, declared: &CollectionAttributes) -> TokenStream {
    let index = |number: usize| declared.indexes.get(number);
    let storage = declared.storage.as_ref();
    let tokens = match part {
        Part::Index(number) => index(number).map(|index| index.word.to_token_stream()),
        Part::Key { index: number, key } => index(number)
            .and_then(|index| index.keys.get(key))
            .map(|key| key.tokens.clone()),
        Part::Check(number) => declared.checks.get(number).map(ToTokens::to_token_stream),
        Part::Storage => storage.map(|storage| storage.word.clone()),
        Part::TimeField => storage.map(|storage| storage.time.clone()),
        Part::MetaField => storage.map(|storage| storage.meta.clone()),
        Part::Collation => declared.options.word("collation"),
        Part::Validation => declared.options.word("validation"),
        Part::PreAndPostImages => declared.options.word("pre_and_post_images"),
    };
    tokens.unwrap_or_default()
}
