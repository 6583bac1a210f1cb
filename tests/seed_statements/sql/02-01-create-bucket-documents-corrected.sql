-- Corrected: `enable_sharding` is left out, which is decided for a cluster.
CREATE GRIDFS_BUCKET documents 
WITH (
  chunk_size = '512KB',
  write_concern = 'majority',
  read_concern = 'majority'
);
