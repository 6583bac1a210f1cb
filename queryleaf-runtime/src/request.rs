//! A plan with the values of its parameters, and what its template fills to.

use crate::Plan;
use crate::batches::{Batches, explain};
use crate::bind::Bound;
use crate::command::Command;
use crate::error::{Error, Result};
use crate::executor::Target;
use crate::running::{Running, running};
use futures::future::BoxFuture;
use mongodb::bson::{DateTime, Document, Uuid};
use queryleaf_plan::bson::element_type;
use queryleaf_plan::{FillError, Generated, ParameterValue, fill, fill_in_session};

/// A plan and the values of its parameters.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) plan: &'static Plan,
    parameters: Vec<Bound>,
}

impl Request {
    /// A request; the parameters are in the order of their numbers.
    pub(crate) fn new(plan: &'static Plan, parameters: Vec<Bound>) -> Self {
        Request { plan, parameters }
    }

    /// Runs a query, for no more rows than these.
    pub(crate) fn run<'e>(&self, target: Target<'e>, at_most: Option<i64>) -> Running<'e> {
        let mut command = self.query(target.session.is_some());
        if let (Ok(command), Some(rows)) = (&mut command, at_most) {
            command.at_most(rows);
        }
        running(Batches::new(self.plan, command, target))
    }

    /// Asks the server how it runs a query.
    pub(crate) fn explain<'e>(&self, target: Target<'e>) -> BoxFuture<'e, Result<Document>> {
        let command = self.query(target.session.is_some()).map(|mut command| {
            // A plan is the same for all data.
            command.take_read_concern();
            Document::from(command)
        });
        Box::pin(explain(self.plan, command, "executionStats", target))
    }

    /// What the template of a query fills to.
    pub(crate) fn query(&self, in_session: bool) -> Result<Command> {
        let bytes = self.fill(in_session)?;
        Command::read(&bytes).map_err(|reason| Error::internal(reason, self.plan))
    }

    /// The template with the values of the parameters, and with those that the client makes.
    pub(crate) fn fill(&self, in_session: bool) -> Result<Vec<u8>> {
        let mut values = Vec::with_capacity(self.parameters.len() + self.plan.generated.len());
        for (number, parameter) in self.parameters.iter().enumerate() {
            match parameter {
                Ok(value) => values.push(value.clone()),
                Err(error) => return Err(self.parameter_error(number, &error.reason)),
            }
        }
        values.extend(self.plan.generated.iter().map(|kind| generate(*kind)));
        let fill = if in_session { fill_in_session } else { fill };
        fill(self.plan.template, &values).map_err(|error| match error {
            FillError::NegativeCount { parameter } => {
                self.parameter_error(parameter.into(), "a row count cannot be negative")
            }
            FillError::Pattern { parameter, reason } | FillError::Misfit { parameter, reason } => {
                self.parameter_error(parameter.into(), &reason)
            }
            FillError::Corrupt => Error::internal("a corrupt template", self.plan),
        })
    }

    #[cold]
    fn parameter_error(&self, number: usize, reason: &str) -> Error {
        Error::Parameter {
            name: self
                .plan
                .parameters
                .get(number)
                .map_or_else(|| format!("${}", number + 1), |name| (*name).to_owned()),
            reason: reason.to_owned(),
            sql: self.plan.sql,
        }
    }
}

/// A new value.
pub(crate) fn generate(kind: Generated) -> ParameterValue {
    match kind {
        Generated::Now => ParameterValue {
            element_type: element_type::DATE_TIME,
            bytes: DateTime::now().timestamp_millis().to_le_bytes().to_vec(),
        },
        Generated::Uuid => {
            const LENGTH: [u8; 4] = 16_u32.to_le_bytes();
            const SUBTYPE: u8 = 4;
            let mut bytes = LENGTH.to_vec();
            bytes.push(SUBTYPE);
            bytes.extend_from_slice(&Uuid::new().bytes());
            ParameterValue {
                element_type: element_type::BINARY,
                bytes,
            }
        }
    }
}
