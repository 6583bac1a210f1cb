//! What is wrong inside the body of a trigger is shown at its word.

queryleaf::schema! {
    "CREATE TABLE parcels (number BIGINT NOT NULL, pieces INTEGER NOT NULL, label TEXT, size JSONB);
     CREATE TABLE journal (parcel BIGINT, text TEXT NOT NULL);"
}

queryleaf::schema! {
    "CREATE TRIGGER misspelt_columns ON CHANGE STREAM parcels FOR EACH CHANGE AS
     BEGIN
         IF change.operation_typ = 'insert' THEN NULL; END IF;
         IF change.full_document.pices > 1 THEN NULL; END IF;
         CALL noted(change.full_document.lable);
         INSERT INTO journal (text) VALUES (change.full_document.numbr);
     END"
}

queryleaf::schema! {
    "CREATE TRIGGER misspelt_names ON CHANGE STREAM parcels FOR EACH CHANGE AS
     BEGIN
         CASE change.operation_type
             WHEN 'insrt' THEN NULL;
             ELSE NULL;
         END CASE;
         IF change.changed_fields CONTAINS 'peces' THEN NULL; END IF;
     END"
}

queryleaf::schema! {
    "CREATE TRIGGER conditions ON CHANGE STREAM parcels FOR EACH CHANGE AS
     BEGIN
         IF change.full_document.pieces THEN NULL; END IF;
         CASE WHEN change.full_document.label THEN NULL; ELSE NULL; END CASE;
     END"
}

queryleaf::schema! {
    "CREATE TRIGGER statements ON CHANGE STREAM parcels FOR EACH CHANGE AS
     BEGIN
         INSERT INTO journal (parcel, txt) VALUES (1, 'a');
         INSERT INTO journal (parcel, text) VALUES (change.full_document.label, 'a');
         UPDATE journal SET text = 'b' WHERE parcel = change.full_document.size;
         INSERT INTO journal (text) VALUES ('a') RETURNING text;
         DELETE FROM journal WHERE parcel = :parcel;
     END"
}

queryleaf::schema! {
    "CREATE TRIGGER open_ends ON CHANGE STREAM parcels FOR EACH CHANGE AS
     BEGIN
         IF change.operation_type = 'insert' THEN
             NULL;
     END"
}

queryleaf::schema! {
    "CREATE TRIGGER no_else ON CHANGE STREAM parcels FOR EACH CHANGE AS
     BEGIN
         CASE WHEN change.operation_type = 'insert' THEN NULL; END CASE;
     END"
}

queryleaf::schema! {
    "CREATE TRIGGER loops ON CHANGE STREAM parcels FOR EACH CHANGE AS
     BEGIN
         WHILE TRUE LOOP NULL; END LOOP;
     END"
}

queryleaf::schema! {
    "CREATE TRIGGER queries ON CHANGE STREAM parcels FOR EACH CHANGE AS
     BEGIN
         SELECT text FROM journal;
     END"
}

queryleaf::schema! {
    "CREATE TRIGGER rows_elsewhere ON CHANGE STREAM parcels FOR EACH CHANGE AS
     BEGIN
         IF EXISTS (SELECT 1 FROM journal WHERE parcel = change.full_document.number) THEN
             NULL;
         END IF;
     END"
}

queryleaf::schema! {
    "CREATE TRIGGER endless ON CHANGE STREAM parcels FOR EACH CHANGE AS
     BEGIN
         CASE change.operation_type
             WHEN 'update' THEN
                 UPDATE parcels SET pieces = pieces - 1 WHERE number = change.full_document.number;
             ELSE
                 INSERT INTO parcels (number, pieces) VALUES (change.full_document.number, 1);
         END CASE;
     END"
}

fn main() {}
