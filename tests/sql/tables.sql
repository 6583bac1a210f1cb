-- Tables that `schema!` reads from a file.
CREATE TABLE planets (
  _id INTEGER PRIMARY KEY,
  name VARCHAR(20) NOT NULL,
  "type" TEXT,
  star OBJECTID REFERENCES stars (_id)
);
CREATE UNIQUE INDEX ON planets (name);

CREATE TABLE stars (_id OBJECTID PRIMARY KEY, name TEXT);
