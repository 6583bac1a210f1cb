//! CASE, COALESCE, NULLIF, GREATEST, LEAST, and names of the SELECT list used in it.

use super::{conditions, queries, values};
use crate::case::Case;

pub fn cases() -> Vec<Case> {
    let mut cases = values(
        "measures",
        &[
            "CASE WHEN small > 0 THEN 'plus' WHEN small < 0 THEN 'minus' ELSE 'zero' END",
            "CASE WHEN maybe_small > 0 THEN 'plus' WHEN maybe_small < 0 THEN 'minus' ELSE 'none' END",
            "CASE WHEN maybe_small > 0 THEN 'plus' END",
            "CASE WHEN NOT maybe_small > 0 THEN 1 ELSE 2 END",
            "CASE maybe_kind WHEN 'red' THEN 1 WHEN '$blue' THEN 2 ELSE 3 END",
            "CASE maybe_kind WHEN 'red' THEN 1 WHEN '$blue' THEN 2 END",
            "CASE maybe_small WHEN small THEN 'same' WHEN NULL THEN 'never' ELSE 'other' END",
            "CASE WHEN maybe_flag THEN small ELSE large END",
            "CASE WHEN maybe_flag THEN small ELSE 1.5 END",
            "CASE WHEN maybe_flag THEN small ELSE ratio END",
            "CASE WHEN maybe_flag THEN maybe_amount ELSE small END",
            "CASE WHEN maybe_flag THEN maybe_word ELSE '$kind' END",
            "CASE WHEN flag THEN born ELSE moment END",
            "CASE WHEN flag THEN NULL ELSE small END",
            "CASE WHEN NULL THEN 1 ELSE 2 END",
            "CASE WHEN small = 1 OR maybe_small = 1 THEN 'one' ELSE 'not one' END",
            "CASE WHEN maybe_word LIKE '%$%' THEN 'dollar' ELSE word END",
            "CASE WHEN maybe_small IN (1, 2, NULL) THEN 'in' ELSE 'out' END",
            "CASE WHEN small > 0 THEN CASE WHEN flag THEN 'a' ELSE 'b' END ELSE 'c' END",
            "COALESCE(maybe_small, 0)",
            "COALESCE(maybe_small, small)",
            "COALESCE(maybe_small, maybe_large)",
            "COALESCE(maybe_small, maybe_ratio)",
            "COALESCE(maybe_small, maybe_amount, -1)",
            "COALESCE(maybe_word, maybe_kind, '$none')",
            "COALESCE(NULL, maybe_small, 7)",
            "COALESCE(maybe_flag, FALSE)",
            "COALESCE(maybe_born, maybe_moment)",
            "COALESCE(maybe_words, ARRAY['none'])",
            "COALESCE(NULL, NULL)",
            "COALESCE(maybe_small)",
            "NULLIF(small, 3)",
            "NULLIF(maybe_small, small)",
            "NULLIF(small, maybe_small)",
            "NULLIF(kind, 'red')",
            "NULLIF(maybe_word, '')",
            "NULLIF(amount, 1)",
            "NULLIF(ratio, 0)",
            "NULLIF(small, 2.0)",
            "NULLIF(maybe_small, maybe_large)",
            "NULLIF(maybe_large, small)",
            "NULLIF(small, 5000000000)",
            "NULLIF(maybe_small, ratio)",
            "NULLIF(maybe_born, maybe_moment)",
            "NULLIF(moment, born)",
            "NULLIF(born, DATE '2024-02-29')",
            "NULLIF(flag, maybe_flag)",
            "NULLIF('a', 'b')",
            "GREATEST(small, maybe_small)",
            "LEAST(small, maybe_small)",
            "GREATEST(maybe_small, maybe_large)",
            "LEAST(maybe_small, maybe_ratio, 0)",
            "GREATEST(maybe_small, 1.5)",
            "LEAST(maybe_amount, amount, 2)",
            "GREATEST(maybe_word, kind)",
            "LEAST(maybe_word, kind, '$x')",
            "GREATEST(maybe_moment, moment)",
            "LEAST(maybe_born, born)",
            "GREATEST(maybe_flag, flag)",
            "LEAST(maybe_flag, FALSE)",
            "GREATEST(NULL, maybe_small)",
            "LEAST(NULL, NULL, 3)",
            "GREATEST(edge_large, large)",
            "LEAST(born, maybe_moment)",
            "GREATEST(1, 2, 3)",
        ],
    );
    cases.extend(conditions(
        "measures",
        &[
            "CASE WHEN maybe_small > 0 THEN maybe_flag ELSE flag END",
            "CASE WHEN maybe_flag THEN small ELSE maybe_small END > 0",
            "COALESCE(maybe_small, 0) = 0",
            "COALESCE(maybe_flag, flag)",
            "COALESCE(maybe_small, small) <> 3",
            "NULLIF(maybe_small, 3) > 0",
            "NULLIF(small, 3) IS NULL",
            "GREATEST(small, maybe_small) > 3",
            "LEAST(small, maybe_small) <= -3",
            "COALESCE(maybe_word, '$x') = '$x'",
        ],
    ));
    cases.extend(queries(&[
        "SELECT _id, small * 2 AS doubled, doubled + 1 AS more FROM measures",
        "SELECT _id, maybe_small + small AS total, CASE WHEN total > 0 THEN total ELSE 0 END AS plus FROM measures",
    ]));
    // PostgreSQL has no names of the SELECT list inside it.
    let texts = [
        "SELECT _id, small * 2 AS doubled, small * 2 + 1 AS more FROM measures",
        "SELECT _id, maybe_small + small AS total, CASE WHEN maybe_small + small > 0 \
         THEN maybe_small + small ELSE 0 END AS plus FROM measures",
    ];
    let start = cases.len() - texts.len();
    let with_names = cases.split_off(start);
    cases.extend(
        with_names
            .into_iter()
            .zip(texts)
            .map(|(case, text)| case.postgres(text)),
    );
    cases.extend(values(
        "shipments",
        &[
            "COALESCE(last_state, state)",
            "COALESCE(last_state, 'lost')",
            "CASE WHEN fragile THEN state ELSE last_state END",
            "CASE WHEN fragile THEN urgency END",
            "COALESCE(last_urgency, urgency)",
            "NULLIF(state, 'lost')",
            "GREATEST(state, last_state)",
            "LEAST(urgency, last_urgency)",
            "COALESCE(recipient, sender)",
            "COALESCE(origin.city, port.city, '?')",
            "COALESCE(origin, port)",
            "COALESCE(old_token, token)",
            "GREATEST(old_token, token)",
            "COALESCE(carrier, _id)",
            "COALESCE(patience, INTERVAL '1 day')",
            "CASE WHEN origin.berth > 1 THEN origin.place.height ELSE port.place.height END",
        ],
    ));
    cases
}
