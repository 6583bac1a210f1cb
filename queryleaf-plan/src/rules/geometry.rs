//! Whether a geometry is one on the earth.

use super::check::{Misfit, text_of};
use crate::bson::{element_type, elements, string};

/// How many places a ring has at least: those of a triangle, and the first one again.
const LEAST_OF_A_RING: usize = 4;

/// How deep collections of geometries may hold each other; the server takes no document that is deeper.
const MAX_DEPTH: usize = 100;

/// What the arrays of coordinates stand for.
#[derive(Debug, Clone, Copy)]
enum Shape {
    Place,
    Places,
    Line,
    Ring,
    Many(&'static Shape),
}

/// Looks at a geometry; a document that is none is for others to refuse.
pub(super) fn check(geometry: &[u8]) -> Result<(), Box<Misfit>> {
    within(geometry, 0)
}

fn within(geometry: &[u8], depth: usize) -> Result<(), Box<Misfit>> {
    let mut shape = None;
    for element in elements(geometry).flatten() {
        if (element.name, element.element_type) == (b"type", element_type::STRING) {
            shape = string(element.value).and_then(of_kind);
        }
    }
    for element in elements(geometry).flatten() {
        let checked = match (element.name, element.element_type, shape) {
            (b"coordinates", element_type::ARRAY, Some(shape)) => coordinates(shape, element.value),
            (b"geometries", element_type::ARRAY, _) if depth < MAX_DEPTH => {
                elements(element.value).flatten().try_for_each(|member| {
                    within(member.value, depth + 1).map_err(|misfit| misfit.within(&member))
                })
            }
            _ => Ok(()),
        };
        checked.map_err(|misfit| misfit.within(&element))?;
    }
    Ok(())
}

fn of_kind(kind: &str) -> Option<Shape> {
    match kind {
        "Point" => Some(Shape::Place),
        "MultiPoint" => Some(Shape::Places),
        "LineString" => Some(Shape::Line),
        "MultiLineString" => Some(Shape::Many(&Shape::Line)),
        "Polygon" => Some(Shape::Many(&Shape::Ring)),
        "MultiPolygon" => Some(Shape::Many(&Shape::Many(&Shape::Ring))),
        _ => None,
    }
}

fn coordinates(shape: Shape, array: &[u8]) -> Result<(), Box<Misfit>> {
    let of_items = match shape {
        Shape::Place => return place(array),
        Shape::Places | Shape::Line | Shape::Ring => Shape::Place,
        Shape::Many(shape) => *shape,
    };
    let (mut count, mut first, mut last) = (0, None, None);
    for item in elements(array).flatten() {
        coordinates(of_items, item.value).map_err(|misfit| misfit.within(&item))?;
        first = first.or(Some(item.value));
        last = Some(item.value);
        count += 1;
    }
    let misfit = |rule, expected: &str, reason: String| {
        let expected = text_of(expected);
        Err(Misfit::new(
            rule,
            expected,
            (element_type::ARRAY, array),
            reason,
        ))
    };
    match shape {
        Shape::Line if count < 2 => misfit(
            "line",
            "two places",
            format!("a line of {count} places has no length"),
        ),
        Shape::Ring if count < LEAST_OF_A_RING => misfit(
            "ring",
            "three places, and the first one again",
            format!("a ring of {count} places holds no area"),
        ),
        Shape::Ring if !is_same_place(first, last) => misfit(
            "ring",
            "the first place at the end again",
            "a ring that is not closed".to_owned(),
        ),
        Shape::Place | Shape::Places | Shape::Line | Shape::Ring | Shape::Many(_) => Ok(()),
    }
}

/// A longitude, then a latitude.
fn place(array: &[u8]) -> Result<(), Box<Misfit>> {
    let degrees = [("longitude", 180.0), ("latitude", 90.0)];
    for (item, (rule, most)) in elements(array).flatten().zip(degrees) {
        let Some(number) = number(item.element_type, item.value) else {
            continue;
        };
        // What is no number is not on the earth either.
        let is_on_earth = number.abs() <= most;
        if !is_on_earth {
            let misfit = Misfit::new(
                rule,
                text_of(&format!("from -{most} to {most}")),
                (item.element_type, item.value),
                format!("{number} is no {rule}: it goes from -{most} to {most}"),
            );
            return Err(misfit.within(&item));
        }
    }
    Ok(())
}

fn is_same_place(first: Option<&[u8]>, last: Option<&[u8]>) -> bool {
    let numbers = |place: &[u8]| -> Vec<Option<f64>> {
        let numbers = elements(place).flatten();
        numbers
            .map(|item| number(item.element_type, item.value))
            .collect()
    };
    first.map(numbers) == last.map(numbers)
}

fn number(element_type: u8, bytes: &[u8]) -> Option<f64> {
    match element_type {
        element_type::DOUBLE => bytes.try_into().ok().map(f64::from_le_bytes),
        element_type::INT32 => {
            let number = bytes.try_into().ok().map(i32::from_le_bytes);
            number.map(f64::from)
        }
        element_type::INT64 => {
            let number = bytes.try_into().ok().map(i64::from_le_bytes);
            number.map(|number| number as f64)
        }
        _ => None,
    }
}
