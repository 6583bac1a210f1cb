//! The functions that a trigger calls are those of Rust, and rustc checks them.
use queryleaf::watch::{Change, Context, Versions};

queryleaf::schema! {
    "CREATE TABLE parcels (number BIGINT NOT NULL, pieces INTEGER NOT NULL, label TEXT);
     CREATE TABLE drawers (number BIGINT NOT NULL);"
}

async fn noted(_: &mut Context<'_>, _: Option<i64>) -> queryleaf::Result<()> {
    Ok(())
}

fn at_once(_: &mut Context<'_>) -> queryleaf::Result<()> {
    Ok(())
}

async fn silent(_: &mut Context<'_>) {}

async fn of_drawer(_: &mut Context<'_>, _: Change<Versions<Drawers>>) -> queryleaf::Result<()> {
    Ok(())
}

queryleaf::schema! {
    "CREATE TRIGGER unknown ON CHANGE STREAM parcels FOR EACH CHANGE AS
     BEGIN
         CALL note(change.full_document.number);
     END"
}

queryleaf::schema! {
    "CREATE TRIGGER wrong_type ON CHANGE STREAM parcels FOR EACH CHANGE AS
     BEGIN
         CALL noted(change.full_document.label);
     END"
}

queryleaf::schema! {
    "CREATE TRIGGER wrong_count ON CHANGE STREAM parcels FOR EACH CHANGE AS
     BEGIN
         CALL noted(change.full_document.number, 1);
     END"
}

queryleaf::schema! {
    "CREATE TRIGGER not_async ON CHANGE STREAM parcels FOR EACH CHANGE AS
     BEGIN
         CALL at_once();
     END"
}

queryleaf::schema! {
    "CREATE TRIGGER no_result ON CHANGE STREAM parcels FOR EACH CHANGE AS
     BEGIN
         CALL silent();
     END"
}

queryleaf::schema! {
    "CREATE TRIGGER other_table AFTER INSERT ON parcels FOR EACH ROW EXECUTE FUNCTION of_drawer()"
}

fn main() {}
