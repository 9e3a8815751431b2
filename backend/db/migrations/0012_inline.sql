-- Up Migration

-- A mandate is written once and rarely read: compressing it, or putting parts of it elsewhere, costs more than its room.
ALTER TABLE mandate SET (toast_tuple_target = 8160);

-- Down Migration

ALTER TABLE mandate RESET (toast_tuple_target);
