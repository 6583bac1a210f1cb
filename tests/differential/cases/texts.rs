//! Functions on text.

use super::{conditions, values};
use crate::case::Case;

pub fn cases() -> Vec<Case> {
    let mut list: Vec<String> = Vec::new();
    for column in ["word", "maybe_word"] {
        for function in [
            "upper",
            "lower",
            "initcap",
            "length",
            "char_length",
            "octet_length",
            "bit_length",
            "reverse",
            "btrim",
            "ltrim",
            "rtrim",
            "trim",
        ] {
            list.push(format!("{function}({column})"));
        }
        for count in ["0", "1", "3", "-1", "-2", "100", "small", "maybe_small"] {
            list.push(format!("left({column}, {count})"));
            list.push(format!("right({column}, {count})"));
        }
        for from in ["0", "1", "2", "-2", "5", "small"] {
            list.push(format!("substring({column}, {from})"));
            list.push(format!("substring({column}, {from}, 3)"));
            list.push(format!("substr({column}, {from}, 0)"));
        }
        for width in ["0", "1", "5", "12", "-1", "small + 5"] {
            list.push(format!("lpad({column}, {width})"));
            list.push(format!("rpad({column}, {width}, 'xy')"));
            list.push(format!("lpad({column}, {width}, '')"));
        }
        for part in [
            "'a'",
            "''",
            "'$'",
            "'b'",
            "'.'",
            "'😀'",
            "kind",
            "maybe_kind",
        ] {
            list.push(format!("position({part} IN {column})"));
            list.push(format!("strpos({column}, {part})"));
            list.push(format!("replace({column}, {part}, '<$>')"));
            list.push(format!("split_part({column}, {part}, 1)"));
            list.push(format!("split_part({column}, {part}, -1)"));
            list.push(format!("starts_with({column}, {part})"));
        }
    }
    let mut cases = values("measures", &list);
    cases.extend(values(
        "measures",
        &[
            "word || kind",
            "maybe_word || kind",
            "kind || '$' || maybe_kind",
            "word || NULL",
            "CONCAT(maybe_word, kind)",
            "CONCAT(maybe_word, small, flag, NULL, '!')",
            "CONCAT(maybe_small, maybe_large, maybe_flag)",
            "CONCAT(born, ' ', moment)",
            "CONCAT('$a', '$b')",
            "CONCAT(NULL, NULL)",
            "CONCAT_WS('-', kind, maybe_kind, small)",
            "CONCAT_WS(maybe_kind, 'a', NULL, 'b')",
            "CONCAT_WS('$', maybe_word)",
            "split_part(word, ', ', 2)",
            "split_part(word, 'zzz', 2)",
            "split_part('a,b,,c', ',', 3)",
            "split_part('a,b,,c', ',', 5)",
            "split_part('a,b,,c', ',', -2)",
            "repeat(kind, 2)",
            "format('%5s|%-5s|', maybe_kind, kind)",
            "format('%1$-12s|%1$3s|%s', maybe_word, word)",
            "format('%300s', maybe_kind)",
            "format('%*s|', small, maybe_kind)",
            "format('%-*s|%s', maybe_small, kind, word)",
            "format('%2$*1$s|%s', small, maybe_word, kind)",
            "format('%*s|', 6, kind)",
            "format('%*s|', -6, kind)",
            "format('%*s|%s', NULL, kind, small)",
            "format('%L, %L', maybe_word, maybe_small)",
            "format('%-8L|%6L|%L', maybe_word, maybe_flag, NULL)",
            "format('%3s|%0s|%-03s', maybe_flag, maybe_kind, maybe_small)",
            "format('%I.%I', kind, word)",
            "format('%-9I|%12I', COALESCE(maybe_word, ''), 'select')",
            "format('%I %I %I %I', 'tables', 'table', 'a_1', '1a')",
            "format('%10s%%', NULL)",
            "quote_ident(maybe_word)",
            "quote_ident(kind || 'A')",
            "quote_ident(kind || E'\n')",
            "quote_ident('coalesce')",
            "repeat(kind, 0)",
            "repeat(kind, -1)",
            "repeat(maybe_kind, small)",
            "translate(word, 'abc', 'xy')",
            "translate(maybe_word, '$%é', 'S')",
            "overlay(word PLACING 'XX' FROM 2)",
            "overlay(word PLACING '$' FROM 1 FOR 2)",
            "overlay(maybe_word PLACING kind FROM 3 FOR 0)",
            "TRIM(BOTH 'a' FROM word)",
            "TRIM(LEADING '$' FROM word)",
            "TRIM(TRAILING 'xyz' FROM maybe_word)",
            "TRIM(BOTH FROM ' ' || maybe_word || '  ')",
            "TRIM(LEADING FROM ' ' || word || '  ')",
            "trim( trailing from word || '  ')",
            "TRIM(FROM ' ' || maybe_word)",
            "TRIM(BOTH '  ' || word)",
            "TRIM(LEADING TRIM(TRAILING FROM kind || ' ') FROM kind || word)",
            "btrim(word, 'a\\$ ')",
            "ltrim(word, ']^-')",
            "rtrim(word, '')",
            "SUBSTRING(word FROM 2 FOR 2)",
            "SUBSTRING(word FOR 2)",
            "SUBSTRING(maybe_word FROM 3)",
            "substring(word, maybe_small, 4)",
            "upper(kind) || lower(kind)",
            "length(kind || maybe_kind)",
            "length('')",
            "length('a😀b')",
            "octet_length('a😀b')",
            "upper('straße é')",
            "lower('ÅNGSTRÖM')",
            "initcap('hello wORLD o''neil x-y 3a éa')",
            "reverse('a😀b')",
            "left('a😀b', 2)",
            "lpad('😀', 3, 'é')",
            "string_to_array(word, ',')",
            "string_to_array(maybe_word, '')",
            "string_to_array(word, NULL)",
            "string_to_array('a,b,,c', ',', '')",
            "string_to_array(word, 'a', 'b')",
            "ascii(kind)",
            "ascii(maybe_kind)",
            "ascii('')",
            "ascii('$x')",
            "chr(65 + abs(small))",
            "chr(100 + maybe_small)",
            "chr(36)",
            "quote_literal(word)",
            "quote_literal(maybe_word)",
            "quote_literal(maybe_small)",
            "quote_literal(flag)",
            "quote_nullable(maybe_word)",
            "quote_nullable(maybe_flag)",
            "quote_nullable(NULL)",
        ],
    ));
    cases.extend(conditions(
        "measures",
        &[
            "upper(maybe_word) = 'OSLO'",
            "lower(word) <> 'oslo'",
            "length(maybe_word) > 4",
            "length(word) = 0",
            "maybe_word || kind = '$xred'",
            "left(maybe_word, 1) = '$'",
            "position('a' IN maybe_word) > 1",
            "starts_with(maybe_word, '$')",
            "maybe_word ^@ 'a'",
            "trim(word) = ''",
            "replace(word, '$', '') <> word",
            "maybe_word < 'a'",
            "maybe_word >= '日'",
            "word > '\u{FFFF}'",
        ],
    ));
    cases.extend(values(
        "shipments",
        &[
            "upper(sender) || COALESCE(recipient, '')",
            "upper(state::text)",
            "length(origin.city)",
            "lower(port.country)",
            "length(seal)",
            "octet_length(seal)",
            "CONCAT(state, ':', urgency, ':', last_state)",
            "CONCAT(carrier, _id)",
            "left(note, 3)",
        ],
    ));
    cases
}
