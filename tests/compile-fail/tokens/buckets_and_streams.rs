use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Bucket)]
#[leaf(name = "scans")]
struct Scan {
    page: i32,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "loans")]
struct Loan {
    reader: String,
    days: i32,
}

schema! {
    CREATE CHANGE STREAM new_loans ON loans WITH (operation_types = ARRAY["inserted"])
}

schema! {
    CREATE TRIGGER of_each_kind ON CHANGE STREAM loans FOR EACH CHANGE AS
    BEGIN
        CASE change.operation_type WHEN "insert" THEN NULL; END CASE;
    END
}

fn main() {
    let _ = sql!(SELECT reader FROM GRIDFS_FILES("loans"));
    let _ = sql!(SELECT filename FROM scans);
    let _ = sql!(SELECT COUNT(*) AS changes FROM CHANGE_STREAM(loans));
    let _ = sql!(SELECT full_document_before_change.days FROM CHANGE_STREAM(loans));
}
