//! What a trigger expands to: the query over its stream, and a function that goes through its steps.

use crate::errors::with_help;
use crate::paths::private;
use crate::sql::{self, ColumnType, Source, Tables, compile_error};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use queryleaf_compiler::definition::{Argument, DefinedTrigger, Statement, Step};
use queryleaf_compiler::types::{EventPart, StoredVariant, Type};
use quote::{format_ident, quote, quote_spanned};

/// The implementation of `Trigger`.
pub(super) fn implementation(
    trigger: &str,
    name: &Ident,
    defined: &DefinedTrigger,
    tables: &Tables,
    source: &Source,
) -> TokenStream {
    let private = private();
    let mut code = Code {
        defined,
        tables,
        source,
        plans: TokenStream::new(),
        statements: 0,
    };
    let plan = sql::plan(&format_ident!("__PLAN"), &defined.sql, &defined.stream);
    let steps = code.steps(&defined.steps);
    let plans = code.plans;
    let tracking = source.tracking();
    quote! {
        const _: () = {
            #tracking
            #plan
            #plans
            impl #private::Trigger for #name {
                const NAME: &'static str = #trigger;
                fn query() -> #private::WatchQuery<#private::TriggerRow<Self>> {
                    #private::WatchQuery::new(
                        &__PLAN,
                        ::std::vec::Vec::new(),
                        #private::TriggerRow::read,
                    )
                }
                #[allow(unused_mut, unused_variables)]
                fn run<'t>(
                    change: #private::Change<#private::TriggerRow<Self>>,
                    mut context: #private::Context<'t>,
                ) -> #private::Handling<'t> {
                    ::std::boxed::Box::pin(async move {
                        #steps
                        ::core::result::Result::Ok(())
                    })
                }
            }
        };
    }
}

/// The implementation for a trigger with errors, so that what uses it is not wrong as well.
pub(super) fn stub(trigger: &str, name: &Ident) -> TokenStream {
    let private = private();
    quote! {
        impl #private::Trigger for #name {
            const NAME: &'static str = #trigger;
            fn query() -> #private::WatchQuery<#private::TriggerRow<Self>> {
                ::core::unreachable!()
            }
            fn run<'t>(
                _: #private::Change<#private::TriggerRow<Self>>,
                _: #private::Context<'t>,
            ) -> #private::Handling<'t> {
                ::core::unreachable!()
            }
        }
    }
}

struct Code<'a> {
    defined: &'a DefinedTrigger,
    tables: &'a Tables,
    source: &'a Source,
    /// The constant data of the statements.
    plans: TokenStream,
    statements: usize,
}

impl Code<'_> {
    fn steps(&mut self, steps: &[Step]) -> TokenStream {
        steps.iter().map(|step| self.step(step)).collect()
    }

    fn step(&mut self, step: &Step) -> TokenStream {
        match step {
            Step::If {
                condition,
                then,
                otherwise,
            } => {
                let condition = number(*condition);
                let then = self.steps(then);
                let otherwise = self.steps(otherwise);
                let otherwise = (!otherwise.is_empty()).then(|| quote!(else { #otherwise }));
                quote!(if change.is_true(#condition)? { #then } #otherwise)
            }
            Step::Call {
                function,
                arguments,
            } => self.call(function, arguments),
            Step::Write(statement) => self.statement(statement),
        }
    }

    /// `CALL`: the function is given what it runs in, and then its arguments.
    fn call(
        &mut self,
        function: &queryleaf_compiler::TableName,
        arguments: &[Argument],
    ) -> TokenStream {
        let mut path = Vec::with_capacity(function.path.len());
        for (name, place) in function.path.iter().zip(&function.spans) {
            let Some(mut ident) = sql::name_of_item(name) else {
                let message = with_help(
                    format!("`{name}` is no Rust name, so no function can have it"),
                    "`CALL` takes the path of a function in Rust",
                );
                return compile_error(&self.source.locate(*place), &message);
            };
            ident.set_span(self.source.span(*place));
            path.push(ident);
        }
        let span = path.last().map_or_else(Span::call_site, Ident::span);
        let arguments = arguments.iter().map(|argument| self.argument(argument));
        quote_spanned!(span=> #(#path)::*(&mut context #(, #arguments)*).await?;)
    }

    fn argument(&self, argument: &Argument) -> TokenStream {
        let private = private();
        match argument {
            Argument::Column { column, span } => {
                let span = self.source.span(*span);
                self.value(*column, span)
            }
            Argument::Change {
                after,
                before,
                span,
            } => {
                let span = self.source.span(*span);
                let after = self.value(*after, span);
                let before = match before {
                    Some(column) => self.value(*column, span),
                    None => quote!(::core::option::Option::None),
                };
                quote_spanned! {span=>
                    change.with(#private::Versions { after: #after, before: #before })
                }
            }
        }
    }

    /// The value of a column.
    fn value(&self, column: usize, span: Span) -> TokenStream {
        let private = private();
        let Some(output) = self.defined.stream.columns.get(column) else {
            return TokenStream::new();
        };
        let ty = self
            .tables
            .column(&output.ty, output.nullable, output.rust.as_ref());
        let column = number(column);
        match ty {
            ColumnType::Known { marker, rust } => {
                quote_spanned!(span=> change.column::<#marker, #rust>(#column)?)
            }
            ColumnType::Reached(reached) => {
                quote_spanned!(span=> #private::column_as(#reached, &change, #column)?)
            }
        }
    }

    /// A statement of SQL, whose parameters are columns.
    fn statement(&mut self, statement: &Statement) -> TokenStream {
        let private = private();
        let name = format_ident!("__STATEMENT{}", self.statements);
        self.statements += 1;
        self.plans
            .extend(sql::plan(&name, &statement.sql, &statement.query));
        let parameters = statement.query.parameters.iter().zip(&statement.parameters);
        let values = parameters.map(|(parameter, column)| {
            let ty = self.defined.stream.columns.get(*column);
            let (from, rust) = handed(ty.map_or(&Type::Unknown, |column| &column.ty));
            let (to, _) = handed(&parameter.ty);
            let column = number(*column);
            quote!(change.bound::<#from, #rust, #to>(#column))
        });
        quote! {
            #private::Statement::new(&#name, ::std::vec::Vec::from([#(#values),*]))
                .execute(&mut context)
                .await?;
        }
    }
}

fn number(column: usize) -> Literal {
    Literal::usize_unsuffixed(column)
}

/// As what a value is handed from an event to a statement: its marker, and its Rust type. What is no
/// single value stays as it is stored.
fn handed(ty: &Type) -> (TokenStream, TokenStream) {
    let scalar = match ty {
        Type::Enum(reference) => match reference.definition.variants.first() {
            Some(variant) if matches!(variant.stored, StoredVariant::Integer(_)) => &Type::Bigint,
            _ => &Type::Text,
        },
        Type::Event(EventPart::ClusterTime) => {
            let private = private();
            let rust = quote!(#private::watch::ClusterTime);
            return (quote!(#private::types::Own<#rust>), rust);
        }
        Type::Event(part) => return handed(&part.value()),
        Type::Array(_) | Type::Map(_) | Type::Struct(_) | Type::Document | Type::Geometry(_) => {
            &Type::Json
        }
        Type::Boolean
        | Type::Integer
        | Type::Bigint
        | Type::Double
        | Type::Numeric
        | Type::Text
        | Type::Timestamp
        | Type::Date
        | Type::Interval
        | Type::Uuid
        | Type::ObjectId
        | Type::Bytea
        | Type::Json
        | Type::Unknown => ty,
    };
    sql::scalar(scalar)
}
