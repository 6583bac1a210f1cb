//! The stages of one window, and what they put into the rows.

use super::extent::{Ends, Extent};
use super::order::{Order, Peers};
use super::range_key::window as range;
use crate::lower::group::own_name;
use crate::lower::operators::{call, cond, int, unary};
use crate::lower::relation::{Builder, Stage, computed, order, unique};
use crate::lower::value;
use crate::plan::{ColumnId, Expression, SortDirection};
use crate::types::Type;
use queryleaf_plan::{Template, Value};

/// The stages in the making.
pub(super) struct Stages {
    partition_by: Option<Template>,
    pub(super) order: Order,
    outputs: [Vec<Output>; 3],
    /// The field with the numbers of the groups of peers, for the third stage.
    peers: Option<String>,
    /// What is made of some of the fields, in their place, before the results.
    prepared: Vec<(String, Template)>,
    results: Vec<Result>,
}

/// Which stage makes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// The one that sorts the rows as the window says.
    First,
    /// The one that goes over the same order again, with the keys of the row before.
    Second,
    /// The one along the numbers of the groups of peers.
    Third,
}

/// A field that a stage makes.
struct Output {
    key: String,
    accumulator: Template,
    window: Option<Template>,
}

/// The result of a call, made from the fields.
struct Result {
    column: ColumnId,
    wish: String,
    value: Template,
}

impl Stages {
    pub(super) fn new(partition_by: Option<Template>, order: Order) -> Self {
        Stages {
            partition_by,
            order,
            outputs: [Vec::new(), Vec::new(), Vec::new()],
            peers: None,
            prepared: Vec::new(),
            results: Vec::new(),
        }
    }

    /// Makes something of fields, in their place, before the results.
    pub(super) fn prepare(&mut self, fields: Vec<(String, Template)>) {
        self.prepared.extend(fields);
    }

    /// The reference to a field that a stage makes, once however often it is asked for.
    pub(super) fn add(
        &mut self,
        builder: &mut Builder<'_>,
        slot: Slot,
        wish: &str,
        accumulator: Template,
        window: Option<Template>,
    ) -> Template {
        let known = self.outputs[slot as usize]
            .iter()
            .find(|known| known.accumulator == accumulator && known.window == window);
        if let Some(known) = known {
            return Template::string(format!("${}", known.key));
        }
        let key = builder.new_key(Some(wish), "value");
        let reference = Template::string(format!("${key}"));
        self.push(slot, key, accumulator, window);
        reference
    }

    /// A field whose name has been chosen.
    pub(super) fn push(
        &mut self,
        slot: Slot,
        key: String,
        accumulator: Template,
        window: Option<Template>,
    ) {
        self.outputs[slot as usize].push(Output {
            key,
            accumulator,
            window,
        });
    }

    /// Says what the result of a call is.
    pub(super) fn result(&mut self, column: ColumnId, wish: &str, value: Template) {
        self.results.push(Result {
            column,
            wish: wish.to_owned(),
            value,
        });
    }

    /// The number of the row.
    pub(super) fn number(&mut self, builder: &mut Builder<'_>, wish: &str) -> Template {
        if let [_] = &self.order.fields[..] {
            let number = Template::entry("$documentNumber", Template::ALWAYS);
            return self.add(builder, Slot::First, wish, number, None);
        }
        let one = unary("$sum", int(1));
        self.add(
            builder,
            Slot::First,
            wish,
            one,
            Some(documents(Ends::RUNNING)),
        )
    }

    /// How many rows the partition has.
    pub(super) fn count(&mut self, builder: &mut Builder<'_>, wish: &str) -> Template {
        self.add(builder, Slot::First, wish, unary("$sum", int(1)), None)
    }

    /// `RANK()`.
    pub(super) fn rank(&mut self, builder: &mut Builder<'_>, wish: &str) -> Template {
        match &self.order.peers {
            Peers::All => int(1),
            Peers::None | Peers::Unasked => self.number(builder, wish),
            Peers::ByField { .. } => {
                let rank = Template::entry("$rank", Template::ALWAYS);
                self.add(builder, Slot::First, wish, rank, None)
            }
            Peers::Compared { .. } => {
                let number = self.number(builder, "__number");
                let first = cond(self.is_peer(builder), int(0), number);
                let running = Some(documents(Ends::RUNNING));
                self.add(builder, Slot::Second, wish, unary("$max", first), running)
            }
        }
    }

    /// `DENSE_RANK()`.
    pub(super) fn dense_rank(&mut self, builder: &mut Builder<'_>, wish: &str) -> Template {
        match &self.order.peers {
            Peers::All => int(1),
            Peers::None | Peers::Unasked => self.number(builder, wish),
            Peers::ByField { .. } => {
                let rank = Template::entry("$denseRank", Template::ALWAYS);
                self.add(builder, Slot::First, wish, rank, None)
            }
            Peers::Compared { .. } => {
                let first = cond(self.is_peer(builder), int(0), int(1));
                let running = Some(documents(Ends::RUNNING));
                self.add(builder, Slot::Second, wish, unary("$sum", first), running)
            }
        }
    }

    /// Whether a row is a peer of the one before it; read in the second stage.
    fn is_peer(&mut self, builder: &mut Builder<'_>) -> Template {
        let key = match &self.order.peers {
            Peers::Compared { key } => key.clone(),
            Peers::None | Peers::All | Peers::Unasked | Peers::ByField { .. } => Template::null(),
        };
        let shift = Template::entry(
            "$shift",
            Template::document([("output", key.clone()), ("by", int(-1))]),
        );
        let before = self.add(builder, Slot::First, "__previous", shift, None);
        call("$eq", [before, key])
    }

    /// Which stage sees these rows, and as which `window`; none for what is refused.
    pub(super) fn place(
        &mut self,
        builder: &mut Builder<'_>,
        extent: &Extent,
    ) -> Option<(Slot, Option<Template>)> {
        match extent {
            Extent::Whole | Extent::Empty => Some((Slot::First, None)),
            Extent::Rows(ends) => Some((Slot::First, Some(documents(*ends)))),
            Extent::Peers(ends) => {
                let (start, end) = (bound(ends.start), bound(ends.end));
                if let Peers::ByField { range: Some(key) } = &self.order.peers
                    && ends.are_plain()
                {
                    return Some((Slot::First, Some(key.peers(start, end))));
                }
                let peers = self.dense_rank(builder, PEERS);
                self.peers = field(&peers).map(str::to_owned);
                Some((Slot::Third, Some(range(start, end, None))))
            }
            Extent::Distance(frame) => match &self.order.peers {
                Peers::ByField { range: Some(key) } => {
                    Some((Slot::First, Some(key.frame(frame, builder)?)))
                }
                Peers::None
                | Peers::All
                | Peers::Unasked
                | Peers::ByField { range: None }
                | Peers::Compared { .. } => None,
            },
        }
    }
}

/// The number of a group of peers, where nothing else asks for it.
const PEERS: &str = "__peers";

/// `{documents: [start, end]}`.
fn documents(ends: Ends) -> Template {
    let current = |end: Option<i32>| match end {
        Some(0) => Template::from("current"),
        other => bound(other),
    };
    let ends = [current(ends.start), current(ends.end)];
    Template::entry("documents", Template::array(ends))
}

fn bound(end: Option<i32>) -> Template {
    end.map_or(Template::from("unbounded"), int)
}

impl Builder<'_> {
    /// The expression that parts the rows; none for one partition.
    pub(super) fn partition_by(&self, keys: &[&Expression]) -> Option<Template> {
        let keys: Vec<&Expression> = keys
            .iter()
            .copied()
            .filter(|key| self.varies(key))
            .collect();
        self.check_groupable(keys.iter().copied());
        match &keys[..] {
            [] => None,
            // The server takes null and missing for one here, and no array.
            [key] if !matches!(key.ty, Type::Array(_)) => Some(value(key, &self.scope)),
            _ => {
                let mut entries: Vec<(String, Template)> = Vec::new();
                for key in keys {
                    let wish = own_name(key);
                    let name = unique(wish, "key", |name| {
                        entries.iter().any(|(known, _)| known == name)
                    });
                    entries.push((name, self.key_value(key)));
                }
                Some(Template::Document(entries))
            }
        }
    }

    /// Adds the stages, and says where the results are.
    pub(super) fn finish_window(&mut self, stages: Stages) {
        let Stages {
            partition_by,
            order: Order { fields, .. },
            outputs,
            peers,
            prepared,
            results,
        } = stages;
        self.narrow = false;
        let used = outputs.iter().filter(|made| !made.is_empty()).count();
        let partition_by = partition_by.map(|expression| match expression {
            // Computed once, so that the second stage finds its rows in order.
            Template::Document(_) if used > 1 => {
                let key = self.new_key(None, "__partition");
                let reference = Template::string(format!("${key}"));
                let fields = vec![(key, computed(expression))];
                self.stages.push(Stage::Set(fields));
                reference
            }
            other => other,
        });
        let keys: Vec<String> = outputs
            .iter()
            .flatten()
            .map(|made| made.key.clone())
            .collect();
        for (number, made) in outputs.into_iter().enumerate() {
            if made.is_empty() {
                continue;
            }
            let sort_by = match (number, &peers) {
                (2, Some(peers)) => vec![(peers.clone(), SortDirection::Ascending)],
                _ => fields.clone(),
            };
            self.stages.push(stage(partition_by.clone(), sort_by, made));
        }
        if !prepared.is_empty() {
            self.stages.push(Stage::Set(prepared));
        }
        self.make_results(results, keys);
    }

    /// Computes the results that are no fields yet, in place of a field of the wanted name if it
    /// serves nothing else.
    fn make_results(&mut self, results: Vec<Result>, keys: Vec<String>) {
        let mut free: Vec<String> = keys;
        for result in &results {
            if let Some(field) = field(&result.value) {
                free.retain(|key| key != field);
            }
        }
        let mut made = Vec::new();
        for result in results {
            if let Some(field) = field(&result.value) {
                self.scope.place(result.column, field);
                continue;
            }
            let key = match free.iter().position(|key| *key == result.wish) {
                Some(index) => free.swap_remove(index),
                None => self.new_key(Some(&result.wish), "value"),
            };
            self.scope.place(result.column, key.clone());
            made.push((key, computed(result.value)));
        }
        if !made.is_empty() {
            self.stages.push(Stage::Set(made));
        }
    }
}

/// The field that a value is, if it is nothing more.
fn field(value: &Template) -> Option<&str> {
    match value {
        Template::Value(Value::String(text)) => text.strip_prefix('$'),
        _ => None,
    }
}

/// `{$setWindowFields: ..}`.
fn stage(
    partition_by: Option<Template>,
    sort_by: Vec<(String, SortDirection)>,
    made: Vec<Output>,
) -> Stage {
    let mut entries = Vec::new();
    if let Some(partition_by) = partition_by {
        entries.push(("partitionBy", partition_by));
    }
    if !sort_by.is_empty() {
        entries.push(("sortBy", order(sort_by)));
    }
    let output = made.into_iter().map(|made| {
        let accumulator = match (made.accumulator, made.window) {
            (Template::Document(mut entries), Some(window)) => {
                entries.push(("window".to_owned(), window));
                Template::Document(entries)
            }
            (accumulator, _) => accumulator,
        };
        (made.key, accumulator)
    });
    entries.push(("output", Template::Document(output.collect())));
    Stage::Other(Template::entry(
        "$setWindowFields",
        Template::document(entries),
    ))
}
