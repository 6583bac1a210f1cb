-- Corrected: the compressor has a name, and thumbnails are made in the program.
CREATE GRIDFS_BUCKET images
WITH (
  chunk_size = '256KB',
  compression = 'zstd',
  content_types = ['image/jpeg', 'image/png', 'image/gif']
);
