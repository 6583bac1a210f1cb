//! Templates, encoded and filled, as the shell would show the command.

use queryleaf_plan::bson::{element_type as types, elements, string};
use queryleaf_plan::{
    Addend, Computed, Condition, FillError, Form, ParameterValue, Part, Template, Value, encode,
    fill, fill_in_session,
};

/// A document as the shell shows it.
fn shell(document: &[u8]) -> String {
    value(types::DOCUMENT, document)
}

fn value(element_type: u8, bytes: &[u8]) -> String {
    let fields = || elements(bytes).map(|element| element.expect("well-formed BSON"));
    match element_type {
        types::DOCUMENT => {
            let fields = fields().map(|field| {
                let name = String::from_utf8_lossy(field.name).into_owned();
                format!("{name}: {}", value(field.element_type, field.value))
            });
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
        types::ARRAY => {
            let items = fields().enumerate().map(|(position, item)| {
                assert_eq!(item.name, position.to_string().as_bytes(), "positions");
                value(item.element_type, item.value)
            });
            format!("[{}]", items.collect::<Vec<_>>().join(", "))
        }
        types::STRING => format!("{:?}", string(bytes).expect("a string")),
        types::NULL => "null".to_owned(),
        types::BOOLEAN => (bytes == [1]).to_string(),
        types::INT32 => i32::from_le_bytes(bytes.try_into().expect("4 bytes")).to_string(),
        types::INT64 => {
            let number = i64::from_le_bytes(bytes.try_into().expect("8 bytes"));
            format!("{number}L")
        }
        types::REGEX => {
            let mut parts = bytes.split(|&byte| byte == 0);
            let mut part = || String::from_utf8_lossy(parts.next().unwrap_or_default());
            format!("/{}/{}", part(), part())
        }
        _ => format!("type {element_type:#x}"),
    }
}

fn filled(template: &Template, parameters: &[ParameterValue]) -> String {
    shell(&fill(&encode(template, &[]), parameters).expect("fills"))
}

fn filter(filter: Template, parameters: &[ParameterValue]) -> String {
    filled(&Template::entry("filter", filter), parameters)
        .strip_prefix("{filter: ")
        .and_then(|rest| rest.strip_suffix('}'))
        .expect("one entry")
        .to_owned()
}

fn parameter(element_type: u8, bytes: &[u8]) -> ParameterValue {
    ParameterValue {
        element_type,
        bytes: bytes.to_vec(),
    }
}

fn null() -> ParameterValue {
    parameter(types::NULL, &[])
}

fn int(number: i32) -> ParameterValue {
    parameter(types::INT32, &number.to_le_bytes())
}

fn text(text: &str) -> ParameterValue {
    let mut bytes = (text.len() as u32 + 1).to_le_bytes().to_vec();
    bytes.extend(text.as_bytes());
    bytes.push(0);
    parameter(types::STRING, &bytes)
}

fn list(items: &[ParameterValue]) -> ParameterValue {
    let mut bytes = vec![0; 4];
    for (position, item) in items.iter().enumerate() {
        bytes.push(item.element_type);
        bytes.extend(position.to_string().as_bytes());
        bytes.push(0);
        bytes.extend(&item.bytes);
    }
    bytes.push(0);
    let length = (bytes.len() as u32).to_le_bytes();
    bytes[..4].copy_from_slice(&length);
    parameter(types::ARRAY, &bytes)
}

fn hole(parameter: u16, form: Form) -> Template {
    Template::Hole { parameter, form }
}

fn when(condition: Condition, then: Template, otherwise: Template) -> Template {
    Template::When {
        condition,
        parameter: 0,
        then: Box::new(then),
        otherwise: Box::new(otherwise),
    }
}

fn is(field: &str, number: i32) -> Template {
    Template::entry(field, Template::from(number))
}

fn compare(field: &str, operator: &str, number: i32) -> Template {
    Template::entry(field, is(operator, number))
}

#[test]
fn constants_and_parameters() {
    let template = Template::document([
        ("find", Template::string("orders")),
        (
            "filter",
            Template::entry("total", Template::entry("$gte", Template::parameter(0))),
        ),
        ("limit", Template::from(5_i64)),
        ("name", Template::parameter(1)),
        (
            "regex",
            Template::Value(Value::Regex {
                pattern: "^a".to_owned(),
                options: "s".to_owned(),
            }),
        ),
    ]);
    assert_eq!(
        filled(&template, &[int(7), text("$x")]),
        r#"{find: "orders", filter: {total: {$gte: 7}}, limit: 5L, name: "$x", regex: /^a/s}"#
    );
}

#[test]
fn what_is_omitted_leaves_no_trace() {
    let template = Template::document([
        ("a", Template::Omit),
        (
            "b",
            Template::array([Template::Omit, Template::from(1), Template::Omit]),
        ),
        (
            "c",
            when(Condition::IsNull, Template::Omit, Template::parameter(0)),
        ),
    ]);
    assert_eq!(filled(&template, &[null()]), "{b: [1]}");
    assert_eq!(filled(&template, &[int(3)]), "{b: [1], c: 3}");
}

#[test]
fn conditions_on_parameters() {
    let holds = |condition, value: ParameterValue| {
        let template = Template::entry(
            "r",
            when(condition, Template::from(true), Template::from(false)),
        );
        filled(&template, &[value]) == "{r: true}"
    };
    assert!(holds(Condition::IsNull, null()));
    assert!(!holds(Condition::IsNull, int(0)));
    assert!(holds(Condition::IsZero, int(0)));
    assert!(holds(
        Condition::IsZero,
        parameter(types::DOUBLE, &(-0.0_f64).to_le_bytes())
    ));
    assert!(!holds(Condition::IsZero, int(256)));
    assert!(!holds(Condition::IsZero, null()));
    assert!(holds(Condition::IsEmptyList, list(&[])));
    assert!(!holds(Condition::IsEmptyList, list(&[null()])));
    assert!(holds(Condition::HasNullItem, list(&[int(1), null()])));
    assert!(!holds(Condition::HasNullItem, list(&[int(1)])));
    assert!(holds(Condition::IsTrue, parameter(types::BOOLEAN, &[1])));
    assert!(!holds(Condition::IsTrue, parameter(types::BOOLEAN, &[0])));
}

#[test]
fn all_merges_what_one_document_can_say() {
    let all = |filters: &[Template]| filter(Template::All(filters.to_vec()), &[]);
    assert_eq!(all(&[]), "{}");
    assert_eq!(all(&[Template::ALWAYS, Template::Omit]), "{}");
    assert_eq!(all(&[is("a", 1), Template::ALWAYS]), "{a: 1}");
    assert_eq!(all(&[is("a", 1), is("b", 2)]), "{a: 1, b: 2}");
    assert_eq!(all(&[is("a", 1), is("a", 1)]), "{a: 1}");
    assert_eq!(
        all(&[compare("a", "$gte", 1), is("b", 2), compare("a", "$lt", 9)]),
        "{a: {$gte: 1, $lt: 9}, b: 2}"
    );
    assert_eq!(all(&[is("a", 1), Template::Never]), "{_id: {$in: []}}");
}

#[test]
fn all_falls_back_to_and() {
    let all = |filters: &[Template]| filter(Template::All(filters.to_vec()), &[]);
    assert_eq!(
        all(&[is("a", 1), is("a", 2), is("b", 3)]),
        "{b: 3, $and: [{a: 1}, {a: 2}]}"
    );
    assert_eq!(
        all(&[compare("a", "$gt", 1), compare("a", "$gt", 2)]),
        "{$and: [{a: {$gt: 1}}, {a: {$gt: 2}}]}"
    );
    let not = Template::entry("a", Template::entry("$not", is("$gt", 1)));
    assert_eq!(
        all(&[compare("a", "$lt", 5), not]),
        "{$and: [{a: {$lt: 5}}, {a: {$not: {$gt: 1}}}]}"
    );
    let or = |field| Template::Any(vec![is(field, 1), is("z", 2)]);
    assert_eq!(
        all(&[or("a"), or("b")]),
        "{$and: [{$or: [{a: 1}, {z: 2}]}, {$or: [{b: 1}, {z: 2}]}]}"
    );
    // An expression is no set of operators, though it may look like one.
    assert_eq!(
        all(&[compare("$expr", "$gte", 1), compare("$expr", "$lt", 9)]),
        "{$and: [{$expr: {$gte: 1}}, {$expr: {$lt: 9}}]}"
    );
    // An `$and` inside is taken apart: a document cannot have two.
    let inner = Template::All(vec![is("a", 1), is("a", 2)]);
    assert_eq!(
        all(&[inner, is("c", 0), is("c", 1)]),
        "{$and: [{a: 1}, {a: 2}, {c: 0}, {c: 1}]}"
    );
}

#[test]
fn any_is_simplified_too() {
    let any = |filters: &[Template]| filter(Template::Any(filters.to_vec()), &[]);
    assert_eq!(any(&[]), "{_id: {$in: []}}");
    assert_eq!(any(&[Template::Never, is("a", 1)]), "{a: 1}");
    assert_eq!(any(&[is("a", 1), Template::ALWAYS]), "{}");
    assert_eq!(
        any(&[is("a", 1), Template::Any(vec![is("b", 2), is("c", 3)])]),
        "{$or: [{a: 1}, {b: 2}, {c: 3}]}"
    );
}

#[test]
fn optional_predicates_vanish() {
    // (:p IS NULL OR a = :p) AND b = 2
    let template = Template::All(vec![
        when(
            Condition::IsNull,
            Template::ALWAYS,
            Template::entry("a", Template::entry("$eq", Template::parameter(0))),
        ),
        is("b", 2),
    ]);
    assert_eq!(filter(template.clone(), &[null()]), "{b: 2}");
    assert_eq!(filter(template, &[int(1)]), "{a: {$eq: 1}, b: 2}");
}

#[test]
fn a_match_stage_without_conditions_vanishes() {
    let pipeline = Template::entry(
        "pipeline",
        Template::array([
            Template::entry(
                "$match",
                when(Condition::IsNull, Template::ALWAYS, is("a", 1)),
            ),
            is("$limit", 1),
        ]),
    );
    assert_eq!(filled(&pipeline, &[null()]), "{pipeline: [{$limit: 1}]}");
    assert_eq!(
        filled(&pipeline, &[int(0)]),
        "{pipeline: [{$match: {a: 1}}, {$limit: 1}]}"
    );
}

#[test]
fn lists_with_and_without_nulls() {
    let template = Template::document([
        ("in", hole(0, Form::ListWithoutNull)),
        ("nin", hole(0, Form::ListWithNull)),
    ]);
    assert_eq!(
        filled(&template, &[list(&[null(), int(1), null(), text("x")])]),
        r#"{in: [1, "x"], nin: [1, "x", null]}"#
    );
    assert_eq!(filled(&template, &[list(&[])]), "{in: [], nin: [null]}");
}

#[test]
fn counts() {
    let template = Template::entry("limit", hole(0, Form::Count));
    assert_eq!(filled(&template, &[int(3)]), "{limit: 3L}");
    assert_eq!(filled(&template, &[null()]), "{}");
    assert_eq!(
        fill(&encode(&template, &[]), &[int(-1)]),
        Err(FillError::NegativeCount { parameter: 0 })
    );
    assert_eq!(
        fill(&encode(&template, &[]), &[text("3")]),
        Err(FillError::Corrupt)
    );
}

#[test]
fn patterns() {
    let (escape, ignore_case) = (Some('\\'), false);
    let like = Form::LikeFilter {
        escape,
        ignore_case,
    };
    let like_text = Form::LikeText {
        escape: None,
        ignore_case: true,
    };
    let template = Template::document([
        ("like", hole(0, like)),
        ("ilike", hole(0, like_text)),
        ("regex", hole(1, Form::RegexFilter { ignore_case })),
        ("text", hole(1, Form::RegexText { ignore_case: true })),
    ]);
    assert_eq!(
        filled(&template, &[text("a_%"), text("^.b")]),
        r#"{like: /^a./s, ilike: "(?s)^[Aa].", regex: /^.b/s, text: "(?s)^.[Bb]"}"#
    );
    let reason = "the pattern must not end with its escape character `\\`".to_owned();
    assert_eq!(
        fill(&encode(&template, &[]), &[text("a\\"), text("")]),
        Err(FillError::Pattern {
            parameter: 0,
            reason
        })
    );
}

#[test]
fn data_is_never_taken_for_a_command() {
    let operators = text("$where");
    let template = Template::All(vec![
        Template::entry("a", Template::entry("$eq", Template::parameter(0))),
        Template::entry("b", Template::entry("$in", Template::parameter(1))),
    ]);
    assert_eq!(
        filter(template, &[operators.clone(), list(&[operators])]),
        r#"{a: {$eq: "$where"}, b: {$in: ["$where"]}}"#
    );
}

/// A template with everything in it.
fn everything() -> Template {
    Template::document([
        (
            "filter",
            Template::All(vec![
                Template::Any(vec![is("a", 1), compare("b", "$gt", 2), Template::Never]),
                when(
                    Condition::IsNull,
                    Template::ALWAYS,
                    Template::entry("c", Template::entry("$eq", Template::parameter(0))),
                ),
                compare("b", "$lt", 2),
            ]),
        ),
        ("list", hole(1, Form::ListWithNull)),
        (
            "like",
            hole(
                2,
                Form::LikeText {
                    escape: Some('!'),
                    ignore_case: true,
                },
            ),
        ),
        ("regex", hole(2, Form::RegexFilter { ignore_case: false })),
        ("array", Template::array([Template::Omit, is("x", 1)])),
    ])
}

#[test]
fn every_cut_is_corrupt_and_every_change_survived() {
    let template = encode(&everything(), &[]);
    let parameters = [int(1), list(&[null(), int(2)]), text("a%")];
    assert!(fill(&template, &parameters).is_ok());
    assert_eq!(fill(&template, &parameters[..2]), Err(FillError::Corrupt));
    for end in 0..template.len() {
        assert_eq!(
            fill(&template[..end], &parameters),
            Err(FillError::Corrupt),
            "cut at {end}"
        );
    }
    for at in 0..template.len() {
        for byte in 0..=255 {
            let mut changed = template.clone();
            changed[at] = byte;
            let _ = fill(&changed, &parameters);
        }
    }
}

#[test]
fn endless_nesting_is_corrupt() {
    // Arrays of one array of one array ..
    assert_eq!(fill(&[4, 1].repeat(100_000), &[]), Err(FillError::Corrupt));
}

#[test]
fn a_session_may_want_another_command() {
    let template = Template::entry(
        "a",
        Template::When {
            condition: Condition::InSession,
            parameter: 0,
            then: Box::new(Template::from(1)),
            otherwise: Box::new(Template::from(2)),
        },
    );
    assert_eq!(template.to_string(), "{a: when(InSession, 1, 2)}");
    assert_eq!(filled(&template, &[]), "{a: 2}");
    let in_session = fill_in_session(&encode(&template, &[]), &[]).expect("fills");
    assert_eq!(shell(&in_session), "{a: 1}");
}

#[test]
fn parameters_are_computed_from_others() {
    let computed = |skip_null| Computed::Concatenation {
        parts: vec![
            Part::Text("%".to_owned()),
            Part::Parameter(1),
            Part::Parameter(0),
        ],
        skip_null,
    };
    let template =
        Template::document([("a", Template::parameter(2)), ("b", Template::parameter(3))]);
    let encoded = encode(&template, &[computed(false), computed(true)]);
    let filled = |parameters: &[ParameterValue]| shell(&fill(&encoded, parameters).expect("fills"));
    assert_eq!(
        filled(&[text("x$"), text("é")]),
        r#"{a: "%éx$", b: "%éx$"}"#
    );
    assert_eq!(filled(&[null(), text("é")]), r#"{a: null, b: "%é"}"#);
    assert_eq!(
        fill(&encoded, &[text("a"), int(1)]),
        Err(FillError::Corrupt)
    );
    assert_eq!(fill(&encoded, &[text("a")]), Err(FillError::Corrupt));
}

/// An error about a computed parameter is about the given one in it.
#[test]
fn errors_name_a_given_parameter() {
    let pattern = Computed::Concatenation {
        parts: vec![Part::Text("a".to_owned()), Part::Parameter(1)],
        skip_null: false,
    };
    let form = Form::LikeText {
        escape: Some('\\'),
        ignore_case: false,
    };
    let template = Template::entry("regex", Template::Hole { parameter: 2, form });
    let filled = fill(&encode(&template, &[pattern]), &[text(""), text("\\")]);
    assert!(
        matches!(filled, Err(FillError::Pattern { parameter: 1, .. })),
        "{filled:?}"
    );
}

#[test]
fn counts_are_added() {
    let sum = |addend| {
        Template::entry(
            "n",
            Template::Hole {
                parameter: 0,
                form: Form::CountWith(addend),
            },
        )
    };
    assert_eq!(filled(&sum(Addend::Number(5)), &[int(3)]), "{n: 8L}");
    assert_eq!(filled(&sum(Addend::Number(5)), &[null()]), "{n: 5L}");
    let both = sum(Addend::Parameter(1));
    assert_eq!(filled(&both, &[int(3), int(4)]), "{n: 7L}");
    assert_eq!(filled(&both, &[int(3), null()]), "{n: 3L}");
    let most = parameter(types::INT64, &i64::MAX.to_le_bytes());
    assert_eq!(
        filled(&both, &[most, int(4)]),
        format!("{{n: {}L}}", i64::MAX)
    );
    assert_eq!(
        fill(&encode(&both, &[]), &[int(3), int(-4)]),
        Err(FillError::NegativeCount { parameter: 1 })
    );
    assert_eq!(
        fill(&encode(&both, &[]), &[int(-3), int(4)]),
        Err(FillError::NegativeCount { parameter: 0 })
    );
}
