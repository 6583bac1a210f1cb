//! 08/10 reads a common table expression of 08/09.
use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "inventory_audit_log")]
pub struct Audit {
    pub product_id: ObjectId,
    pub previous_stock: i32,
    pub new_stock: i32,
    pub adjustment_reason: String,
    pub adjustment_timestamp: DateTime,
    pub adjusted_by: String,
}

fn main() {
    let _ = sql!(
        r#"
-- Insert audit records for inventory changes
INSERT INTO inventory_audit_log (
  product_id,
  previous_stock,
  new_stock,
  adjustment_reason,
  adjustment_timestamp,
  adjusted_by
)
SELECT 
  sc.product_id,
  sc.current_stock,
  sc.new_stock_quantity,
  sc.adjustment_reason,
  sc.adjustment_timestamp,
  sc.adjusted_by
FROM stock_calculations sc;
"#
    );
}
