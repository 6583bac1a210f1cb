//! GeoJSON that is written out, as the value of a geometry: what a document of constants must be to lie on
//! the earth.

use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::geometry::GeometryType;
use crate::plan::{Expression, ExpressionKind, Literal};
use crate::types::Type;

/// How deep collections of geometries may hold each other; the server takes no document that is deeper.
const MAX_DEPTH: usize = 50;

/// How many places a ring has at least: those of a triangle, and the first one again.
const LEAST_OF_A_RING: usize = 4;

/// A longitude and a latitude.
type Place = [f64; 2];

/// Whether all of a value stands in the text.
pub(super) fn is_constant(value: &Expression) -> bool {
    match &value.kind {
        ExpressionKind::Literal(_) => true,
        ExpressionKind::Array(items) => items.iter().all(is_constant),
        ExpressionKind::Object(entries) => entries.iter().all(|(_, value)| is_constant(value)),
        _ => false,
    }
}

/// The constant document as a geometry of this kind.
pub(super) fn geometry(
    entries: Vec<(String, Expression)>,
    to: GeometryType,
    span: Span,
) -> Result<Expression> {
    Reader { span }.geometry(entries, to, 0)
}

struct Reader {
    span: Span,
}

impl Reader {
    fn geometry(
        &self,
        entries: Vec<(String, Expression)>,
        to: GeometryType,
        depth: usize,
    ) -> Result<Expression> {
        let mut kind = None;
        for (key, value) in &entries {
            if let ("type", Some(Literal::Text(name))) = (key.as_str(), value.as_literal()) {
                kind = Some(name.clone());
            }
        }
        let Some(kind) = kind else {
            return self.wrong("a geometry in GeoJSON has a `type`".to_owned());
        };
        let is_collection = kind == COLLECTION;
        let known = GeometryType::ALL.into_iter();
        let found = known
            .filter(|known| *known != GeometryType::Any)
            .find(|known| known.rust_name() == kind);
        if !is_collection && found.is_none() {
            return self.wrong(format!("there is no geometry `{kind}` in GeoJSON"));
        }
        if to != GeometryType::Any && found != Some(to) {
            return self.wrong(format!("a `{kind}` where a `{}` is wanted", to.rust_name()));
        }
        let wanted = match found {
            Some(_) => "coordinates",
            None => "geometries",
        };
        let mut held = None;
        for (key, value) in entries {
            match key.as_str() {
                "type" => {}
                key if key == wanted => held = Some(value),
                _ => {
                    return self.wrong(format!("a `{kind}` has `type` and `{wanted}`, no `{key}`"));
                }
            }
        }
        let Some(held) = held else {
            return self.wrong(format!("a `{kind}` has `{wanted}`"));
        };
        let held = match found {
            Some(found) => self.coordinates(held, found)?,
            None => self.members(held, depth)?,
        };
        let kind = Expression::literal(Literal::Text(kind), Type::Text, self.span);
        let entries = vec![("type".to_owned(), kind), (wanted.to_owned(), held)];
        Ok(self.value(ExpressionKind::Object(entries), Type::Geometry(to)))
    }

    fn members(&self, members: Expression, depth: usize) -> Result<Expression> {
        if depth >= MAX_DEPTH {
            return self.wrong("collections of geometries are nested too deep".to_owned());
        }
        let members = self.items(members, "the `geometries` of a collection are an array")?;
        let members = members.into_iter().map(|member| match member.kind {
            ExpressionKind::Object(entries) => self.geometry(entries, GeometryType::Any, depth + 1),
            _ => self.wrong("the `geometries` of a collection are geometries".to_owned()),
        });
        let members = members.collect::<Result<Vec<_>>>()?;
        let ty = Type::Geometry(GeometryType::Any).array();
        Ok(self.value(ExpressionKind::Array(members), ty))
    }

    fn coordinates(&self, value: Expression, of: GeometryType) -> Result<Expression> {
        let (value, places) = match of {
            GeometryType::Point => {
                let (value, place) = self.place(value)?;
                (value, vec![place])
            }
            GeometryType::LineString => self.line(value)?,
            GeometryType::MultiPoint => self.places(value)?,
            GeometryType::MultiLineString => self.several(value, &|line| self.line(line))?,
            GeometryType::Polygon => self.area(value)?,
            GeometryType::MultiPolygon => self.several(value, &|area| self.area(area))?,
            GeometryType::Any => return self.wrong("a geometry has a kind".to_owned()),
        };
        self.on_earth(&places)?;
        Ok(value)
    }

    fn on_earth(&self, places: &[Place]) -> Result<()> {
        for [longitude, latitude] in places {
            for (degrees, name, most) in [
                (longitude, "longitude", 180.0),
                (latitude, "latitude", 90.0),
            ] {
                let is_on_earth = degrees.abs() <= most;
                if !is_on_earth {
                    let message = format!("{degrees} is no {name}: it goes from -{most} to {most}");
                    let error = Diagnostic::error(Code::InvalidLiteral, self.span, message);
                    return Err(Box::new(error.help("the longitude stands first")));
                }
            }
        }
        Ok(())
    }

    fn place(&self, value: Expression) -> Result<(Expression, Place)> {
        let form = "a place in GeoJSON is `[longitude, latitude]`";
        let numbers = self.items(value, form)?;
        let degrees = numbers.iter().map(|number| match number.as_literal() {
            Some(Literal::Double(degrees)) => Some(*degrees),
            Some(Literal::Integer(degrees)) => Some(*degrees as f64),
            _ => None,
        });
        let degrees: Option<Vec<f64>> = degrees.collect();
        let Some([longitude, latitude]) = degrees.as_deref() else {
            return self.wrong(form.to_owned());
        };
        let place = [*longitude, *latitude];
        let numbers = place
            .map(|degrees| Expression::literal(Literal::Double(degrees), Type::Double, self.span));
        let value = self.value(ExpressionKind::Array(numbers.into()), Type::Double.array());
        Ok((value, place))
    }

    fn places(&self, value: Expression) -> Result<(Expression, Vec<Place>)> {
        self.several(value, &|place| {
            let (value, place) = self.place(place)?;
            Ok((value, vec![place]))
        })
    }

    fn line(&self, value: Expression) -> Result<(Expression, Vec<Place>)> {
        let (value, places) = self.places(value)?;
        if places.len() < 2 {
            return self.wrong("a line has at least two places".to_owned());
        }
        Ok((value, places))
    }

    fn area(&self, value: Expression) -> Result<(Expression, Vec<Place>)> {
        let (value, places) = self.several(value, &|ring| self.ring(ring))?;
        if places.is_empty() {
            return self.wrong("an area has a ring around it".to_owned());
        }
        Ok((value, places))
    }

    fn ring(&self, value: Expression) -> Result<(Expression, Vec<Place>)> {
        let (value, places) = self.places(value)?;
        if places.first() != places.last() {
            return self.wrong(
                "the ring of an area is not closed: its first place stands at the end again"
                    .to_owned(),
            );
        }
        if places.len() < LEAST_OF_A_RING {
            return self.wrong("a ring has at least three places".to_owned());
        }
        Ok((value, places))
    }

    /// An array of such values, and all places in it.
    fn several(
        &self,
        value: Expression,
        read: &dyn Fn(Expression) -> Result<(Expression, Vec<Place>)>,
    ) -> Result<(Expression, Vec<Place>)> {
        let items = self.items(value, "coordinates in GeoJSON are arrays of places")?;
        let (mut values, mut places) = (Vec::with_capacity(items.len()), Vec::new());
        for item in items {
            let (value, mut found) = read(item)?;
            values.push(value);
            places.append(&mut found);
        }
        let of_item = values
            .first()
            .map_or(Type::Double.array(), |value| value.ty.clone());
        Ok((
            self.value(ExpressionKind::Array(values), of_item.array()),
            places,
        ))
    }

    fn items(&self, value: Expression, form: &str) -> Result<Vec<Expression>> {
        match value.kind {
            ExpressionKind::Array(items) => Ok(items),
            _ => self.wrong(form.to_owned()),
        }
    }

    fn value(&self, kind: ExpressionKind, ty: Type) -> Expression {
        Expression::new(kind, ty, self.span)
    }

    fn wrong<T>(&self, message: String) -> Result<T> {
        let error = Diagnostic::error(Code::InvalidLiteral, self.span, message);
        Err(Box::new(error.help(
            "write it as in `'{\"type\": \"Point\", \"coordinates\": [10.75, 59.91]}'`, or as `POINT(10.75, 59.91)`",
        )))
    }
}

/// What holds several geometries.
const COLLECTION: &str = "GeometryCollection";
