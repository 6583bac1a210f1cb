//! The macros that pass on the types of geometries and intervals, as the derives define them for structs.

/// A macro under the name of each type; `$dollar` is the dollar sign.
macro_rules! schemas {
    ($dollar:tt $($name:ident = $hidden:ident $schema:literal;)+) => {$(
        #[doc(hidden)]
        #[macro_export]
        macro_rules! $hidden {
            (
                [[$dollar($dollar next:tt)*] $dollar($dollar rest:tt)*] $dollar($dollar state:tt)*
            ) => {
                $dollar($dollar next)*! {
                    [$dollar($dollar rest)*] $dollar($dollar state)* $schema
                }
            };
        }
        #[doc(hidden)]
        pub use $hidden as $name;
    )+};
}

schemas! { $
    Geometry = __queryleaf_geometry "geometry";
    Point = __queryleaf_point "point";
    LineString = __queryleaf_line_string "linestring";
    Polygon = __queryleaf_polygon "polygon";
    MultiPoint = __queryleaf_multi_point "multipoint";
    MultiLineString = __queryleaf_multi_line_string "multilinestring";
    MultiPolygon = __queryleaf_multi_polygon "multipolygon";
    Interval = __queryleaf_interval "interval";
}
