-- Corrected: a collection keeps no write concern (that is said of the statements that write), and a
-- table is declared with its columns, those that 06/03 and 06/04 write.
-- QueryLeaf capped collections operations with SQL-familiar syntax for MongoDB

-- Create capped collections with SQL-style DDL
CREATE CAPPED COLLECTION application_logs 
WITH (
  size = '200MB',
  max_documents = 100000,
  compression = 'snappy'
);

CREATE TABLE application_logs (
  application TEXT NOT NULL,
  level TEXT NOT NULL,
  message TEXT,
  timestamp TIMESTAMP NOT NULL,
  user_id TEXT,
  session_id TEXT,
  metadata JSONB
);
