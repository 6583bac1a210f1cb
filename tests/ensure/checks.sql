CREATE TABLE lots (
    number INTEGER NOT NULL CHECK (number > 0),
    price NUMERIC CHECK (price >= 0 AND price < 1000),
    discount NUMERIC,
    state TEXT NOT NULL CHECK (state IN ('new', 'sold', '$lost')),
    label TEXT CHECK (label LIKE 'L-%' OR LENGTH(label) < 3),
    opened TIMESTAMP NOT NULL,
    closed TIMESTAMP,
    CONSTRAINT ends_later CHECK (closed >= opened),
    CHECK (discount <= price AND (discount = 0 OR price / discount < 20)),
    CHECK (state <> 'sold' OR closed IS NOT NULL),
    CHECK (EXTRACT(YEAR FROM opened) BETWEEN 2020 AND 2030)
)
