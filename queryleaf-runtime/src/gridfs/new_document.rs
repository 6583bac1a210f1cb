//! The document of a new file.

use mongodb::bson::DateTime;
use mongodb::bson::oid::ObjectId;
use queryleaf_plan::bson::{element_type, end_document, start_document, write_name, write_string};

/// How many bytes a document of MongoDB has at the most.
pub(super) const MAX_DOCUMENT: u64 = 16 * 1024 * 1024;

/// What the document of a file has.
pub(super) struct Fields<'f> {
    pub(super) file_id: ObjectId,
    pub(super) length: u64,
    pub(super) chunk_size: u32,
    pub(super) filename: &'f str,
    pub(super) content_type: Option<&'f str>,
    pub(super) sha256: Option<&'f str>,
    pub(super) metadata: &'f [u8],
}

/// The document of a file, uploaded now.
pub(super) fn document(fields: &Fields<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let start = start_document(&mut bytes);
    write_name(&mut bytes, element_type::OBJECT_ID, "_id");
    bytes.extend_from_slice(&fields.file_id.bytes());
    write_name(&mut bytes, element_type::INT64, "length");
    bytes.extend_from_slice(&fields.length.to_le_bytes());
    write_name(&mut bytes, element_type::INT32, "chunkSize");
    bytes.extend_from_slice(&fields.chunk_size.to_le_bytes());
    write_name(&mut bytes, element_type::DATE_TIME, "uploadDate");
    bytes.extend_from_slice(&DateTime::now().timestamp_millis().to_le_bytes());
    let mut text = |name, text: Option<&str>| {
        if let Some(text) = text {
            write_name(&mut bytes, element_type::STRING, name);
            write_string(&mut bytes, text);
        }
    };
    text("filename", Some(fields.filename));
    text("contentType", fields.content_type);
    text("sha256", fields.sha256);
    write_name(&mut bytes, element_type::DOCUMENT, "metadata");
    bytes.extend_from_slice(fields.metadata);
    end_document(&mut bytes, start);
    bytes
}
