//! Geometries that are written out: `POINT(10.7, 59.9)`, `LINESTRING((..), (..))`,
//! `POLYGON(((..), (..), ..))`.
//!
//! A place may come from columns and parameters. The places of lines and areas are numbers in the
//! text, which are looked at while the statement is compiled: one that is computed is passed as a
//! parameter.

use super::Analyzer;
use super::call::wrong_count;
use super::scope::Scope;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, ExpressionKind, Literal};
use crate::types::{GeometryType, Type};
use sqlparser::ast::{self, Expr, FunctionArg, FunctionArgExpr, FunctionArguments};

/// How many places a ring has at least: those of a triangle, and the first one again.
const LEAST_OF_A_RING: usize = 4;

/// A place whose numbers are in the text.
struct Place {
    coordinates: Vec<Expression>,
    degrees: [f64; 2],
    span: Span,
}

/// The kind of geometry that a function of this name makes.
pub(super) fn constructed(name: &str) -> Option<GeometryType> {
    match name {
        "point" | "st_point" | "st_makepoint" => Some(GeometryType::Point),
        "linestring" => Some(GeometryType::LineString),
        "polygon" => Some(GeometryType::Polygon),
        _ => None,
    }
}

impl Analyzer<'_> {
    /// A call that makes a geometry.
    pub(super) fn geometry(
        &mut self,
        geometry: GeometryType,
        function: &ast::Function,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        match geometry {
            GeometryType::Point => {
                let arguments = self.arguments(function, scope, span)?;
                self.point(arguments, span)
            }
            GeometryType::LineString => {
                let places = self.places(&arguments(function), LINE, scope, span)?;
                if places.len() < 2 {
                    return wrong_shape("a line has at least two places", LINE, span);
                }
                Ok(written(geometry, positions(places, span), span))
            }
            _ => {
                let rings = arguments(function)
                    .into_iter()
                    .map(|ring| self.ring(ring, scope, span))
                    .collect::<Result<Vec<_>>>()?;
                if rings.is_empty() {
                    return wrong_shape("an area has a ring around it", AREA, span);
                }
                Ok(written(geometry, rings, span))
            }
        }
    }

    /// `NULL` where one of the numbers is.
    fn point(&mut self, arguments: Vec<Expression>, span: Span) -> Result<Expression> {
        let Ok([longitude, latitude]) = <[Expression; 2]>::try_from(arguments) else {
            return wrong_count("point", "a longitude and a latitude", span);
        };
        let longitude = self.coerce(longitude, &Type::Double)?;
        let latitude = self.coerce(latitude, &Type::Double)?;
        in_range(&longitude, 180.0, "longitude")?;
        in_range(&latitude, 90.0, "latitude")?;
        let mut missing = Vec::new();
        for number in [&longitude, &latitude] {
            if number.nullable {
                missing.push(self.copy(number)?.is_null());
            }
        }
        let point = written(GeometryType::Point, vec![longitude, latitude], span);
        if missing.is_empty() {
            return Ok(point);
        }
        let ty = point.ty.clone();
        let null = Expression::literal(Literal::Null, ty.clone(), span);
        let branches = missing.into_iter();
        let kind = ExpressionKind::Case {
            branches: branches.map(|missing| (missing, null.clone())).collect(),
            otherwise: Some(Box::new(point)),
        };
        Ok(Expression {
            kind,
            ty,
            nullable: true,
            span,
        })
    }

    /// The ring of an area, as an array of its places.
    fn ring(&mut self, ring: &Expr, scope: &Scope, outer: Span) -> Result<Expression> {
        let span = self.source.span_or(ring, outer);
        let Expr::Tuple(places) = ring else {
            return wrong_shape("this is no ring", AREA, span);
        };
        let places = self.places(&places.iter().collect::<Vec<_>>(), AREA, scope, span)?;
        let (Some(first), Some(last)) = (places.first(), places.last()) else {
            return wrong_shape("a ring has places", AREA, span);
        };
        if first.degrees != last.degrees {
            return Err(Box::new(
                Diagnostic::error(
                    Code::InvalidLiteral,
                    last.span,
                    "the ring of an area is not closed",
                )
                .label("this is another place than the first one")
                .help("write the first place at the end again"),
            ));
        }
        if places.len() < LEAST_OF_A_RING {
            return wrong_shape("a ring has at least three places", AREA, span);
        }
        let places = positions(places, span);
        let ty = Type::Double.array().array();
        Ok(Expression::new(ExpressionKind::Array(places), ty, span))
    }

    fn places(
        &mut self,
        places: &[&Expr],
        form: &str,
        scope: &Scope,
        outer: Span,
    ) -> Result<Vec<Place>> {
        let places = places.iter().map(|place| {
            let span = self.source.span_or(*place, outer);
            let Expr::Tuple(numbers) = place else {
                return wrong_shape("this is no place", form, span);
            };
            let numbers = numbers.iter().map(|number| {
                let number = self.expression(number, scope, span)?;
                self.coerce(number, &Type::Double)
            });
            let coordinates = numbers.collect::<Result<Vec<_>>>()?;
            let [longitude, latitude] = &coordinates[..] else {
                return wrong_shape("a place has two numbers", "longitude, then latitude", span);
            };
            let degrees = [
                in_range(longitude, 180.0, "longitude")?,
                in_range(latitude, 90.0, "latitude")?,
            ];
            let [Some(longitude), Some(latitude)] = degrees else {
                return wrong_shape(
                    "a place of a line or an area that is not a number in the text",
                    "pass the whole geometry as a parameter, a type of `queryleaf::geo`",
                    span,
                );
            };
            Ok(Place {
                degrees: [longitude, latitude],
                coordinates,
                span,
            })
        });
        places.collect()
    }
}

const LINE: &str = "write it as `LINESTRING((10, 59), (11, 60))`";
const AREA: &str = "write it as `POLYGON(((10, 59), (11, 59), (11, 60), (10, 59)))`";

fn wrong_shape<T>(message: &str, help: &str, span: Span) -> Result<T> {
    Err(Box::new(
        Diagnostic::error(Code::ArgumentMismatch, span, message).help(help),
    ))
}

/// The arguments of a call, but for what is no expression.
fn arguments(function: &ast::Function) -> Vec<&Expr> {
    let FunctionArguments::List(list) = &function.args else {
        return Vec::new();
    };
    let arguments = list.args.iter();
    arguments
        .filter_map(|argument| match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)) => Some(argument),
            _ => None,
        })
        .collect()
}

/// The number of degrees, if it is a constant.
fn in_range(number: &Expression, most: f64, name: &str) -> Result<Option<f64>> {
    let Some(Literal::Double(degrees)) = number.as_literal() else {
        return Ok(None);
    };
    if degrees.abs() <= most {
        return Ok(Some(*degrees));
    }
    let message = format!("{degrees} is no {name}: it goes from -{most} to {most}");
    Err(Box::new(
        Diagnostic::error(Code::InvalidLiteral, number.span, message)
            .help("the longitude stands first"),
    ))
}

/// The places as arrays of two numbers.
fn positions(places: Vec<Place>, span: Span) -> Vec<Expression> {
    let places = places.into_iter();
    places
        .map(|place| {
            let kind = ExpressionKind::Array(place.coordinates);
            Expression::new(kind, Type::Double.array(), span)
        })
        .collect()
}

/// A geometry as GeoJSON.
fn written(geometry: GeometryType, coordinates: Vec<Expression>, span: Span) -> Expression {
    let name = Literal::Text(geometry.rust_name().to_owned());
    let (ty, _) = geometry
        .key("coordinates")
        .unwrap_or((Type::Double.array(), true));
    let coordinates = Expression::new(ExpressionKind::Array(coordinates), ty, span);
    let entries = [
        ("type", Expression::literal(name, Type::Text, span)),
        ("coordinates", coordinates),
    ];
    let entries = entries.map(|(key, value)| (key.to_owned(), value));
    let kind = ExpressionKind::Object(entries.into());
    Expression::new(kind, Type::Geometry(geometry), span)
}
