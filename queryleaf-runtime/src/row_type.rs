//! The row type of a query, as a macro.
//!
//! `sql!` could write all of this itself, but it runs unoptimised in a program's `dev` profile, where
//! making tokens is dear; rustc's own macros are fast.

/// The struct `Row` of a query, its impls, and the function `__decode` that reads one. Generated code
/// calls it as `__private::row!`, beside a `static __PLAN`.
///
/// `[S0 T0, ..]` are the SQL types and the Rust types that only the schema knows. `{ .. }` is what goes
/// into `__decode` for editors. Then the columns follow: field, SQL type, Rust type, number, and the name
/// of a variable: a field cannot serve as that, it may be the name of a constant.
///
/// `__decode` reads each column in a statement of its own, without `?`: within the braces of the struct,
/// every `?` would have code of its own that drops all columns before it.
#[doc(hidden)]
#[macro_export]
macro_rules! __queryleaf_row {
    (
        [$($sql:ident $own:ident),*] { $($aids:tt)* }
        $($field:ident: $marker:ty, $rust:ty, $number:literal $column:ident;)*
    ) => {
        #[allow(dead_code, non_snake_case)]
        struct Row<$($own),*> {
            $(pub $field: $rust,)*
        }
        impl<$($own: ::core::clone::Clone),*> ::core::clone::Clone for Row<$($own),*> {
            #[inline]
            fn clone(&self) -> Self {
                Row { $($field: ::core::clone::Clone::clone(&self.$field),)* }
            }
        }
        impl<$($own: ::core::cmp::PartialEq),*> ::core::cmp::PartialEq for Row<$($own),*> {
            #[inline]
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                true $(&& self.$field == other.$field)*
            }
        }
        impl<$($own: ::core::fmt::Debug),*> ::core::fmt::Debug for Row<$($own),*> {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::private::debug_row(f, __PLAN.columns(), &[$(&self.$field),*])
            }
        }
        impl<$($own: $crate::private::Serialize),*> $crate::private::Serialize for Row<$($own),*> {
            fn serialize<S: $crate::private::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::private::SerializeRow::new(serializer, __PLAN.columns())?
                    $(.column(&self.$field)?)*
                    .end()
            }
        }
        #[allow(unexpected_cfgs)]
        fn __decode<$($sql,)* $($own: $crate::private::Decode<$sql>),*>(
            row: &mut $crate::private::RowReader<'_>,
        ) -> $crate::private::Result<Row<$($own),*>> {
            $($aids)*
            $(let $column = match row.column::<$marker, $rust>($number) {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__error) => return ::core::result::Result::Err(__error),
            };)*
            ::core::result::Result::Ok(Row { $($field: $column),* })
        }
    };
}
