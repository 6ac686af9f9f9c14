-- A labelled piece keeps the name its label was printed with. The product's GTIN may come between activation and sale, and a name made of
-- today's product would tell the second half of the story of another piece.

ALTER TABLE serial_batch ADD COLUMN gtin text;  -- NULL: the codes are /T/…

UPDATE serial_batch b
   SET gtin = p.gtin
  FROM lot l
  JOIN product p ON p.id = l.product_id
 WHERE l.id = b.lot_id;
