//! 01/03: nothing says what is done for a change that no `WHEN` fits.
use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Embedded)]
pub struct Payment {
    pub status: String,
}

#[derive(Serialize, Deserialize, Embedded)]
pub struct Customer {
    pub email: String,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "orders")]
pub struct Order {
    pub status: String,
    pub payment: Payment,
    pub customer: Customer,
}

schema! {
    "CREATE TABLE notification_queue (recipient TEXT, type TEXT, message TEXT, data JSONB);
     CREATE TABLE change_stream_metrics (
         stream_name TEXT PRIMARY KEY, events_processed BIGINT NOT NULL, last_processed_at TIMESTAMP
     );
     CREATE CHANGE STREAM order_status_changes ON orders"
}

schema! {
    r#"
-- Real-time order processing with change stream triggers
CREATE TRIGGER process_order_changes
ON CHANGE STREAM order_status_changes
FOR EACH CHANGE AS
BEGIN
  -- Route processing based on change type
  CASE change.operation_type
    WHEN 'insert' THEN
      -- New order created
      CALL process_new_order(change.full_document);

      -- Send notifications
      INSERT INTO notification_queue (
        recipient, 
        type, 
        message, 
        data
      )
      VALUES (
        change.full_document.customer.email,
        'order_confirmation',
        'Your order has been received',
        change.full_document
      );

    WHEN 'update' THEN
      -- Order updated - check what changed
      IF change.changed_fields CONTAINS 'status' THEN
        CALL process_status_change(
          change.full_document,
          change.update_description.updated_fields.status
        );
      END IF;

      IF change.changed_fields CONTAINS 'payment.status' THEN
        CALL process_payment_status_change(
          change.full_document,
          change.update_description.updated_fields['payment.status']
        );
      END IF;
  END CASE;

  -- Update processing metrics
  UPDATE change_stream_metrics 
  SET 
    events_processed = events_processed + 1,
    last_processed_at = CURRENT_TIMESTAMP
  WHERE stream_name = 'order_status_changes';
END;
"#
}

fn main() {}
