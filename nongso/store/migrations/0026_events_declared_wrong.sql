-- Whoever reads events leaves out those that were declared an error. They are few: without an index of their own the planner reads the
-- whole table to find them, every body with it.
CREATE INDEX event_wrong ON event (office_id, hash_id) WHERE declares_error;
