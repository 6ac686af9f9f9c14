-- A household that asks to be forgotten: its row stays without a person in it, because lots and events refer to it by number.

ALTER TABLE party ADD COLUMN erased_at timestamptz;

CREATE OR REPLACE VIEW lot_card AS
SELECT l.id, l.number, l.code, l.epc_class, l.quantity_kg, l.packed_on, l.best_before, l.created_at,
       p.id AS product_id, p.name AS product_name, p.gtin, p.crop, b.id AS brand_id, b.name AS brand_name,
       b.valid_from AS brand_valid_from, b.valid_to AS brand_valid_to,
       h.id AS harvest_id, h.harvested_on, d.id AS field_id, d.name AS field_name, f.id AS farm_id, f.name AS farm_name,
       y.id AS producer_id, CASE WHEN y.erased_at IS NULL THEN y.name ELSE '' END AS producer_name, o.name AS office_name,
       r.issued_at AS recalled_at, r.reason AS recall_reason,
       (SELECT coalesce(sum(t.count), 0)::int FROM label_batch t WHERE t.lot_id = l.id) AS labels_printed,
       lower(l.number) || ' ' || p.name_fold || ' ' || y.name_fold || ' ' || f.name_fold AS fold
  FROM lot l
  JOIN product p ON p.id = l.product_id
  JOIN brand b ON b.id = p.brand_id
  JOIN harvest h ON h.id = l.harvest_id
  JOIN field d ON d.id = h.field_id
  JOIN farm f ON f.id = d.farm_id
  JOIN party y ON y.id = l.producer_id
  JOIN office o ON o.id = l.office_id
  LEFT JOIN recall r ON r.lot_id = l.id AND r.lifted_at IS NULL;

CREATE OR REPLACE VIEW passport_lot AS
SELECT l.id AS lot_id, l.number, l.code, l.quantity_kg, l.packed_on, l.best_before, l.created_at, l.product_id,
       y.kind AS producer_kind, CASE WHEN y.erased_at IS NULL THEN y.name ELSE '' END AS producer_name, y.address AS producer_address,
       CASE WHEN y.phone_public THEN y.phone ELSE '' END AS producer_phone,
       h.harvested_on, h.quantity_kg AS harvest_kg, h.recorded_at AS harvest_recorded_at,
       d.id AS field_id, d.area_m2, d.planted_on, d.created_at AS field_created_at,
       f.unit_code, f.unit_valid_from, u.name AS unit_name, u.valid_to AS unit_valid_to, a.name AS parent_name,
       e.name AS forebear_name, e.parent_name AS forebear_parent_name,
       r.reason AS recall_reason, r.issued_at AS recalled_at, r.lift_reason, r.lifted_at,
       t.printed AS labels_printed, t.first_at AS labels_printed_at
  FROM lot l
  JOIN party y ON y.id = l.producer_id
  JOIN harvest h ON h.id = l.harvest_id
  JOIN field d ON d.id = h.field_id
  JOIN farm f ON f.id = d.farm_id
  JOIN admin_unit u ON (u.code, u.valid_from) = (f.unit_code, f.unit_valid_from)
  LEFT JOIN admin_unit a ON (a.code, a.valid_from) = (u.parent_code, u.parent_valid_from)
  LEFT JOIN LATERAL (
       SELECT min(x.name) AS name, min(y.name) AS parent_name
         FROM admin_succession s
         JOIN admin_unit x ON (x.code, x.valid_from) = (s.from_code, s.from_valid_from)
         LEFT JOIN admin_unit y ON (y.code, y.valid_from) = (x.parent_code, x.parent_valid_from)
        WHERE (s.to_code, s.to_valid_from) = (u.code, u.valid_from)
       HAVING count(*) = 1  -- merged from several: in which of them the farm lay is not known
  ) e ON true
  LEFT JOIN LATERAL (
       SELECT x.reason, x.issued_at, x.lift_reason, x.lifted_at
         FROM recall x
        WHERE x.lot_id = l.id
        ORDER BY x.issued_at DESC, x.id DESC
        LIMIT 1
  ) r ON true
  LEFT JOIN LATERAL (
       SELECT sum(x.count)::int AS printed, min(x.printed_at) AS first_at
         FROM label_batch x
        WHERE x.lot_id = l.id
  ) t ON true;

-- Lines of the record stay append-only, but the name and the paper's number of somebody who was forgotten may be taken out of them.
CREATE FUNCTION refuse_change_of_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.detail = OLD.detail - 'name' - 'number'
       AND to_jsonb(NEW) - 'detail' = to_jsonb(OLD) - 'detail' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
DROP TRIGGER audit_line_append_only ON audit_line;
CREATE TRIGGER audit_line_append_only BEFORE UPDATE OR DELETE ON audit_line
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_line();
