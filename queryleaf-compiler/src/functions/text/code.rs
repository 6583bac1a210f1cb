//! `ascii` and `chr`: the server does not tell the code of a character. Those of ASCII are found by
//! their place in a text that holds them all; others are an error.

use super::super::argument::opaque;
use crate::lower::operators::{bind, call, cond, int, raise, text};
use queryleaf_plan::Template;

/// The characters from 1 to 127.
fn characters() -> Template {
    let all: String = (1..=127_u8).map(char::from).collect();
    text(&all)
}

/// `ascii(text)`: the code of the first character, 0 where there is none.
pub(super) fn code_of(whole: Template) -> Template {
    opaque("text", whole, |whole| {
        let first = call("$substrCP", [whole.clone(), int(0), int(1)]);
        let place = call("$indexOfCP", [characters(), first]);
        let is_empty = call("$eq", [whole.clone(), Template::string("")]);
        let code = bind("place", place, |place| {
            cond(
                call("$lt", [place.clone(), int(0)]),
                raise("ascii: a character beyond ASCII: ", whole),
                call("$add", [place, int(1)]),
            )
        });
        cond(is_empty, int(0), code)
    })
}

/// `chr(code)`.
pub(super) fn character_of(code: Template) -> Template {
    opaque("code", code, |code| {
        let is_known = call("$in", [code.clone(), call("$range", [int(1), int(128)])]);
        let place = call("$subtract", [code.clone(), int(1)]);
        let place = call("$max", [place, int(0)]);
        cond(
            is_known,
            call("$substrCP", [characters(), place, int(1)]),
            raise("chr: a code beyond ASCII: ", code),
        )
    })
}
