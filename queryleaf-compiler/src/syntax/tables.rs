//! The tables that a text names, found without parsing it.

use super::common_tables::common_table_names;
use super::source::{Source, Word};
use super::table_function::TableFunction;
use crate::TableName;
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::Token;
use std::collections::BTreeSet;

/// The tables a text names, each once, in the order of their first mention.
///
/// A table is named after `FROM`, `JOIN`, `INTO`, `UPDATE`, `USING` or `TRUNCATE`, or after a comma of
/// a list of tables.
/// The files of a bucket and the changes of tables are asked for like a function:
/// `GRIDFS_FILES('photos')`, `CHANGE_STREAM(orders)`; there the names in the brackets are those of
/// tables. What else is called like a function (`UNNEST(..)`), and what `WITH` names, is no table; nor is a
/// field of an earlier one (`FROM orders o, o.lines`), nor what follows the `FROM` of `EXTRACT(.. FROM x)`, `TRIM`, `SUBSTRING`, `OVERLAY` and
/// `IS DISTINCT FROM`.
pub(crate) fn table_names(source: &Source<'_>) -> Vec<TableName> {
    let words = source.words();
    let mut scan = Scan {
        source,
        levels: vec![Level::default()],
        common: common_table_names(words),
        aliases: BTreeSet::new(),
        has_database: false,
        found: Vec::new(),
    };
    let mut index = 0;
    while index < words.len() {
        index = scan.step(words, index);
    }
    if scan.has_database {
        for table in collection_names(words) {
            scan.add(table);
        }
    }
    scan.found
}

/// The collections that are named by `collection_name = 'orders'` or `collection_name IN ('orders',
/// ..)`: those of a stream of a whole database.
pub(super) fn collection_names(words: &[Word]) -> Vec<TableName> {
    let mut names: Vec<TableName> = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let Token::Word(name) = &word.token else {
            continue;
        };
        let is_column = ["collection_name", "namespace_collection"]
            .iter()
            .any(|column| name.value.eq_ignore_ascii_case(column));
        if !is_column {
            continue;
        }
        let rest = words.get(index + 1..).unwrap_or_default();
        let literals = match rest {
            [equal, literal, ..] if equal.token == Token::Eq => std::slice::from_ref(literal),
            [is_in, open, list @ ..]
                if is_keyword(is_in, Keyword::IN) && open.token == Token::LParen =>
            {
                let end = list.iter().position(|word| word.token == Token::RParen);
                list.get(..end.unwrap_or(list.len())).unwrap_or_default()
            }
            // The branches of `CASE collection_name WHEN 'orders' THEN ..` are named elsewhere too.
            _ => continue,
        };
        for literal in literals {
            if let Token::SingleQuotedString(name) = &literal.token
                && names.iter().all(|known| known.path != [name.as_str()])
            {
                names.push(TableName {
                    path: vec![name.clone()],
                    spans: vec![literal.span],
                });
            }
        }
    }
    names
}

struct Scan<'a> {
    source: &'a Source<'a>,
    levels: Vec<Level>,
    /// The names that `WITH` defines.
    common: BTreeSet<String>,
    /// The aliases of the tables so far.
    aliases: BTreeSet<String>,
    /// Whether a whole database is watched.
    has_database: bool,
    found: Vec<TableName>,
}

/// What is known of one level of brackets.
#[derive(Default)]
struct Level {
    /// Inside `EXTRACT(..)` and the like, where `FROM` names no table.
    special_from: bool,
    /// After `FROM`, where a comma is followed by another table.
    from_list: bool,
}

impl Scan<'_> {
    /// Looks at one word and gives the index of the next one to look at.
    fn step(&mut self, words: &[Word], index: usize) -> usize {
        let next = index + 1;
        let Some(word) = words.get(index) else {
            return next;
        };
        let before = index.checked_sub(1).and_then(|index| words.get(index));
        match &word.token {
            Token::LParen | Token::LBracket => {
                let special_from = before.is_some_and(|before| self.has_special_from(before));
                // A bracket where a table is expected holds a subquery or joined tables.
                let from_list = self.in_from_list() && before.is_some_and(expects_table);
                self.levels.push(Level {
                    special_from,
                    from_list,
                });
                if from_list {
                    self.table(words, next)
                } else {
                    next
                }
            }
            Token::RParen | Token::RBracket => {
                if self.levels.len() > 1 {
                    self.levels.pop();
                }
                next
            }
            Token::Comma if self.in_from_list() => self.table(words, next),
            // After a dot any word is a name: `letters.from`.
            Token::Word(_) if before.is_some_and(|before| before.token == Token::Period) => next,
            Token::Word(name) if name.quote_style.is_none() => match name.keyword {
                Keyword::FROM => {
                    let no_table = self.levels.last().is_some_and(|level| level.special_from)
                        || before.is_some_and(|before| is_keyword(before, Keyword::DISTINCT));
                    if no_table {
                        return next;
                    }
                    self.set_from_list(true);
                    self.table(words, next)
                }
                // `ON DUPLICATE KEY UPDATE x = 1`
                Keyword::UPDATE if before.is_some_and(|word| is_keyword(word, Keyword::KEY)) => {
                    next
                }
                Keyword::JOIN | Keyword::UPDATE => self.table(words, next),
                Keyword::INTO => self.written_table(words, next),
                // `DELETE FROM a USING b`, not `JOIN b USING (x)`.
                Keyword::USING
                    if words
                        .get(next)
                        .is_some_and(|word| word.token != Token::LParen) =>
                {
                    self.set_from_list(true);
                    self.table(words, next)
                }
                Keyword::TRUNCATE => {
                    self.set_from_list(true);
                    let has_table = words
                        .get(next)
                        .is_some_and(|word| is_keyword(word, Keyword::TABLE));
                    self.table(words, next + usize::from(has_table))
                }
                Keyword::WHERE
                | Keyword::GROUP
                | Keyword::HAVING
                | Keyword::ORDER
                | Keyword::LIMIT
                | Keyword::OFFSET
                | Keyword::WINDOW
                | Keyword::UNION
                | Keyword::EXCEPT
                | Keyword::INTERSECT
                | Keyword::SELECT
                | Keyword::RETURNING
                | Keyword::SET => {
                    self.set_from_list(false);
                    next
                }
                _ => next,
            },
            _ => next,
        }
    }

    fn in_from_list(&self) -> bool {
        self.levels.last().is_some_and(|level| level.from_list)
    }

    fn set_from_list(&mut self, from_list: bool) {
        if let Some(level) = self.levels.last_mut() {
            level.from_list = from_list;
        }
    }

    /// Whether this word, before a bracket, begins a call in which `FROM` separates arguments.
    fn has_special_from(&self, word: &Word) -> bool {
        let name = self.source.slice(word.span);
        ["extract", "trim", "substring", "overlay", "position"]
            .iter()
            .any(|special| name.eq_ignore_ascii_case(special))
    }

    /// Reads the name of a table that rows are put into: the bracket after it holds its columns.
    fn written_table(&mut self, words: &[Word], index: usize) -> usize {
        self.named_table(words, index, true)
    }

    /// Reads a table name at `index` if one stands there; gives the index after it.
    fn table(&mut self, words: &[Word], index: usize) -> usize {
        self.named_table(words, index, false)
    }

    fn named_table(&mut self, words: &[Word], mut index: usize, may_have_list: bool) -> usize {
        while words.get(index).is_some_and(|word| {
            is_keyword(word, Keyword::LATERAL) || is_keyword(word, Keyword::ONLY)
        }) {
            index += 1;
        }
        let mut table = TableName::default();
        while let Some(word) = words.get(index) {
            let Token::Word(name) = &word.token else {
                break;
            };
            let first = table.path.is_empty();
            if first && name.quote_style.is_none() && is_reserved(name.keyword) {
                return index;
            }
            table.path.push(name.value.clone());
            table.spans.push(word.span);
            index += 1;
            if words
                .get(index)
                .is_none_or(|word| word.token != Token::Period)
            {
                break;
            }
            index += 1;
        }
        if let ([name], Some(Token::LParen)) =
            (&table.path[..], words.get(index).map(|word| &word.token))
            && TableFunction::named(name).is_some()
        {
            return self.named_in_brackets(words, index + 1);
        }
        let is_call = !may_have_list
            && words
                .get(index)
                .is_some_and(|word| word.token == Token::LParen);
        let is_common = matches!(&table.path[..], [name] if self.common.contains(name));
        let is_field = matches!(&table.path[..], [alias, _, ..] if self.aliases.contains(alias));
        if !(is_call || is_common || is_field) {
            self.aliases.extend(alias(words, index));
            self.add(table);
        }
        index
    }

    /// Reads the tables that a [`TableFunction`] is called with, behind its bracket: names, or quoted
    /// names; gives the index of the closing bracket.
    fn named_in_brackets(&mut self, words: &[Word], mut index: usize) -> usize {
        let mut table = TableName::default();
        while let Some(word) = words.get(index) {
            match &word.token {
                Token::RParen => break,
                Token::Comma => self.add(std::mem::take(&mut table)),
                // `DATABASE shop`: its collections are named in conditions.
                Token::RArrow => {
                    self.has_database = true;
                    table = TableName::default();
                    index += 1;
                }
                Token::Word(name) => {
                    table.path.push(name.value.clone());
                    table.spans.push(word.span);
                }
                Token::SingleQuotedString(name) => {
                    table = TableName {
                        path: name.split('.').map(str::to_owned).collect(),
                        spans: name.split('.').map(|_| word.span).collect(),
                    };
                }
                _ => {}
            }
            index += 1;
        }
        self.add(table);
        index
    }

    fn add(&mut self, table: TableName) {
        let is_known = self.found.iter().any(|known| known.path == table.path);
        if !(table.path.is_empty() || is_known) {
            self.found.push(table);
        }
    }
}

fn expects_table(word: &Word) -> bool {
    word.token == Token::Comma
        || [Keyword::FROM, Keyword::JOIN, Keyword::LATERAL]
            .iter()
            .any(|keyword| is_keyword(word, *keyword))
}

pub(super) fn is_keyword(word: &Word, keyword: Keyword) -> bool {
    matches!(&word.token, Token::Word(name) if name.quote_style.is_none() && name.keyword == keyword)
}

/// The alias at this place, behind the name of a table.
fn alias(words: &[Word], index: usize) -> Option<String> {
    let has_as = words
        .get(index)
        .is_some_and(|word| is_keyword(word, Keyword::AS));
    match &words.get(index + usize::from(has_as))?.token {
        Token::Word(name) if name.keyword == Keyword::NoKeyword => Some(name.value.clone()),
        _ => None,
    }
}

/// Words that cannot be the name of a table where one is expected.
fn is_reserved(keyword: Keyword) -> bool {
    matches!(
        keyword,
        Keyword::SELECT
            | Keyword::WITH
            | Keyword::VALUES
            | Keyword::WHERE
            | Keyword::GROUP
            | Keyword::ORDER
            | Keyword::HAVING
            | Keyword::LIMIT
            | Keyword::UNNEST
            | Keyword::SET
            | Keyword::ON
    )
}

#[cfg(test)]
mod tests {
    fn names(sql: &str) -> Vec<String> {
        crate::table_names(sql)
            .into_iter()
            .map(|table| table.path.join("."))
            .collect()
    }

    #[test]
    fn finds_the_tables_of_a_query() {
        assert_eq!(names("SELECT * FROM orders"), ["orders"]);
        assert_eq!(
            names("select * from shop.orders o, users AS u"),
            ["shop.orders", "users"]
        );
        assert_eq!(
            names("SELECT 1 FROM a JOIN b ON a.x = b.x LEFT JOIN c USING (y)"),
            ["a", "b", "c"]
        );
        assert_eq!(
            names("SELECT 1 FROM a WHERE x IN (SELECT y FROM b, c)"),
            ["a", "b", "c"]
        );
        assert_eq!(names("SELECT * FROM (SELECT * FROM a) t, b"), ["a", "b"]);
        assert_eq!(
            names("SELECT * FROM (a JOIN b ON TRUE), c"),
            ["a", "b", "c"]
        );
        assert_eq!(names("SELECT * FROM a UNION SELECT * FROM b"), ["a", "b"]);
        assert_eq!(
            names("SELECT 1 FROM shop.orders AS o, o.lines l"),
            ["shop.orders"]
        );
        assert_eq!(names("INSERT INTO a SELECT * FROM b"), ["a", "b"]);
        assert_eq!(names("UPDATE a SET x = 1"), ["a"]);
        assert_eq!(
            names("INSERT INTO a (x) VALUES (1) ON DUPLICATE KEY UPDATE x = 2"),
            ["a"]
        );
        assert_eq!(
            names("INSERT INTO a (x, y) VALUES (1, 2) ON CONFLICT (x) DO UPDATE SET y = 3"),
            ["a"]
        );
        assert_eq!(
            names("DELETE FROM a USING b, c WHERE a.x = b.x"),
            ["a", "b", "c"]
        );
        assert_eq!(names("MERGE INTO a USING b ON a.x = b.x"), ["a", "b"]);
        assert_eq!(
            names("MERGE INTO a USING (SELECT * FROM b) s ON a.x = s.x"),
            ["a", "b"]
        );
        assert_eq!(names("TRUNCATE TABLE a, b"), ["a", "b"]);
        assert_eq!(names("DELETE FROM a RETURNING x, y"), ["a"]);
        assert_eq!(
            names("SELECT 1 FROM a JOIN b USING (x), c"),
            ["a", "b", "c"]
        );
        assert_eq!(
            names("SELECT * FROM \"from\" WHERE 'FROM x' = ''"),
            ["from"]
        );
    }

    #[test]
    fn finds_the_tables_of_calls() {
        assert_eq!(
            names("SELECT * FROM GRIDFS_FILES('photos') p, b"),
            ["photos", "b"]
        );
        assert_eq!(names("SELECT * FROM change_stream(orders)"), ["orders"]);
        assert_eq!(
            names("SELECT * FROM CHANGE_STREAM(shop.orders, customers) WHERE x"),
            ["shop.orders", "customers"]
        );
        assert_eq!(
            names("SELECT * FROM CHANGE_STREAM('shop.big')"),
            ["shop.big"]
        );
        assert_eq!(
            names("INSERT INTO GRIDFS('photos') (filename) SELECT n FROM GRIDFS_FILES('old')"),
            ["photos", "old"]
        );
        assert_eq!(names("DELETE FROM GRIDFS('photos') WHERE x"), ["photos"]);
        assert_eq!(names("UPDATE GRIDFS(\"photos\") SET x = 1"), ["photos"]);
        assert_eq!(names("SELECT * FROM CHANGE_STREAM("), Vec::<String>::new());
    }

    #[test]
    fn passes_over_what_is_no_table() {
        assert_eq!(
            names("SELECT EXTRACT(YEAR FROM d), x IS DISTINCT FROM y FROM a"),
            ["a"]
        );
        assert_eq!(
            names("SELECT TRIM(BOTH 'x' FROM n), SUBSTRING(n FROM 1 FOR 2) FROM a"),
            ["a"]
        );
        assert_eq!(
            names("SELECT * FROM a, UNNEST(a.items) AS i, UNNEST(i.x) j"),
            ["a"]
        );
        assert_eq!(
            names("SELECT * FROM a CROSS JOIN LATERAL UNNEST(items) i"),
            ["a"]
        );
        assert_eq!(
            names("SELECT * FROM a WHERE f(x, y) > 1 ORDER BY p, q"),
            ["a"]
        );
        assert_eq!(
            names("WITH t AS (SELECT * FROM a), u(x) AS (SELECT * FROM t) SELECT * FROM u"),
            ["a"]
        );
        assert_eq!(names("SELECT 'a"), Vec::<String>::new());
    }
}
