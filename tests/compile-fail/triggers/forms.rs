//! What a trigger cannot react to.
use queryleaf::watch::{Change, Context, Versions};

queryleaf::schema! {
    "CREATE TABLE parcels (number BIGINT NOT NULL, pieces INTEGER NOT NULL)"
}

async fn noted(_: &mut Context<'_>, _: Change<Versions<Parcels>>) -> queryleaf::Result<()> {
    Ok(())
}

queryleaf::schema! {
    "CREATE TRIGGER before BEFORE INSERT ON parcels FOR EACH ROW EXECUTE FUNCTION noted();
     CREATE TRIGGER each_statement AFTER INSERT ON parcels FOR EACH STATEMENT EXECUTE FUNCTION noted();
     CREATE TRIGGER truncated AFTER TRUNCATE ON parcels FOR EACH ROW EXECUTE FUNCTION noted();
     CREATE TRIGGER with_argument AFTER INSERT ON parcels FOR EACH ROW EXECUTE FUNCTION noted('x');
     CREATE TRIGGER of_rows ON CHANGE STREAM parcels FOR EACH ROW AS BEGIN END;
     CREATE TRIGGER of_nothing ON CHANGE STREAM parcels FOR EACH CHANGE AS CALL noted(change);"
}

queryleaf::schema! {
    "CREATE TRIGGER of_no_column AFTER UPDATE OF pices ON parcels
     FOR EACH ROW EXECUTE FUNCTION noted()"
}

queryleaf::schema! {
    "CREATE TRIGGER without_images AFTER UPDATE ON parcels
     FOR EACH ROW WHEN (OLD.pieces < NEW.pieces) EXECUTE FUNCTION noted()"
}

queryleaf::schema! {
    "CREATE TRIGGER of_no_stream ON CHANGE STREAM packages FOR EACH CHANGE AS BEGIN NULL; END"
}

fn main() {}
