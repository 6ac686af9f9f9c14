-- Everything the book holds for a buyer's page, as one text: a page costs one journey, and is remembered by what came.
-- It follows one lot by its keys, whatever the tables have grown to, so it is planned once a connection and never by what is asked.

CREATE FUNCTION passport_facts(wanted_code text, wanted_serial text, wanted_gtin text, wanted_number text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET plan_cache_mode = force_generic_plan
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $$
DECLARE
    found_id int;
    found_serial text;   -- of a label that stands for one piece
BEGIN
    SELECT l.id INTO found_id FROM lot l WHERE l.code = wanted_code;
    IF found_id IS NULL AND wanted_serial IS NOT NULL THEN
        SELECT l.id, x.serial
          INTO found_id, found_serial
          FROM label x
          JOIN lot l ON l.id = x.lot_id
          JOIN product p ON p.id = l.product_id
         WHERE x.serial = wanted_serial
           AND (wanted_gtin IS NULL OR p.gtin = wanted_gtin);
    ELSIF found_id IS NULL THEN
        SELECT l.id
          INTO found_id
          FROM product p
          JOIN lot l ON l.product_id = p.id
         WHERE p.gtin = wanted_gtin
           AND upper(l.number) = upper(wanted_number);
    END IF;
    RETURN (
        WITH RECURSIVE made (lot_id) AS (
            SELECT s.lot_id FROM lot_source s WHERE s.lot_id = found_id
             UNION
            SELECT s.source_id FROM made m JOIN lot_source s ON s.lot_id = m.lot_id
        ), thing (epc, office_id) AS (
            SELECT l.epc_class, l.office_id FROM lot l WHERE l.id = found_id
             UNION
            SELECT p.epc, t.office_id
              FROM thing t
              JOIN event_epc c ON c.epc = t.epc AND c.role = 'child'
              JOIN event_epc p ON p.event_row = c.event_row AND p.role = 'parent'
              JOIN event e ON e.id = c.event_row AND e.office_id = t.office_id
        ), told (id) AS (
            SELECT DISTINCT x.event_row FROM thing t JOIN event_epc x ON x.epc = t.epc
        )
        SELECT json_build_object(
            'product', (SELECT to_json(p) FROM passport_product p WHERE p.product_id = l.product_id),
            'lot', (SELECT to_json(f) FROM passport_lot f WHERE f.lot_id = found_id),
            'unit', (
                SELECT to_json(u)
                  FROM (SELECT x.serial, x.state, l.code AS lot_code, l.product_id, x.sold_at, x.scan_count, x.first_scan_at
                          FROM label x
                         WHERE x.serial = found_serial) u),
            'parts', ARRAY(
                SELECT to_json(x)
                  FROM (SELECT s.lot_id, s.source_id, s.quantity_kg, NULL::date AS harvested_on, NULL::text AS producer_name,
                               NULL::text AS unit_name, NULL::text AS parent_name
                          FROM made m
                          JOIN lot_source s ON s.lot_id = m.lot_id
                         UNION ALL
                        SELECT t.lot_id, NULL, t.quantity_kg, g.harvested_on,
                               CASE WHEN y.erased_at IS NULL THEN y.name ELSE '' END, v.name, a.name
                          FROM made m
                          JOIN lot_share t ON t.lot_id = m.lot_id
                          JOIN lot o ON o.id = t.lot_id
                          JOIN party y ON y.id = o.producer_id
                          JOIN harvest g ON g.id = t.harvest_id
                          JOIN field d ON d.id = g.field_id
                          JOIN farm f ON f.id = d.farm_id
                          JOIN admin_unit v ON (v.code, v.valid_from) = (f.unit_code, f.unit_valid_from)
                          LEFT JOIN admin_unit a ON (a.code, a.valid_from) = (v.parent_code, v.parent_valid_from)) x),
            'way', ARRAY(
                SELECT to_json(w)
                  FROM (SELECT e.id AS event_row, e.event_id, e.event_time AS at, e.record_time AS recorded_at, e.event_type,
                               e.action, e.biz_step, e.disposition, e.read_point, e.biz_location, x.role, x.epc, x.is_class,
                               x.quantity, x.uom, l.epc_class AS lot_epc, l.producer_id
                          FROM told o
                          JOIN event e ON e.id = o.id AND e.office_id = l.office_id
                          JOIN event_epc x ON x.event_row = e.id
                         WHERE (x.role = 'child' OR x.epc IN (SELECT t.epc FROM thing t))
                           AND NOT e.declares_error
                           AND NOT EXISTS (SELECT FROM event d
                                            WHERE d.office_id = e.office_id AND d.hash_id = e.hash_id AND d.declares_error)
                         ORDER BY e.event_time, e.id
                         LIMIT 4000) w),   -- a longer story is for the trace graph
            'sprays', ARRAY(
                SELECT to_json(s)
                  FROM (SELECT e.product, e.day, e.at, e.waiting_days, e.reentry_hours
                          FROM diary_entry e
                         WHERE e.field_id = h.field_id
                           AND e.kind = 'spray'
                           AND NOT EXISTS (SELECT FROM diary_entry n WHERE n.supersedes = e.id)
                         ORDER BY e.day, e.id) s),
            'waiting_reason', h.waiting_reason,
            'certificates', ARRAY(
                SELECT to_json(x)
                  FROM (SELECT c.id, c.kind, c.number, c.issuer, c.holder_id, y.name AS holder_name, c.product_id,
                               p.name AS product_name, c.stars, c.valid_from, c.valid_to, c.withdrawn_on, f.digest AS file_digest,
                               f.media_type AS file_type, f.size AS file_size, f.erased AS file_erased
                          FROM certificate c
                          JOIN party y ON y.id = c.holder_id
                          LEFT JOIN product p ON p.id = c.product_id
                          LEFT JOIN LATERAL (
                               SELECT z.digest, z.media_type, z.size, z.bytes IS NULL AS erased
                                 FROM certificate_file z
                                WHERE z.certificate_id = c.id
                                ORDER BY z.id DESC
                                LIMIT 1
                          ) f ON true
                         WHERE c.holder_id = l.producer_id
                           AND (c.product_id IS NULL OR c.product_id = l.product_id)
                         ORDER BY c.valid_from DESC, c.id DESC) x),
            'offer', (
                SELECT to_json(x)
                  FROM (SELECT o.low_vnd, o.high_vnd, o.unit, o.zalo, o.order_url, o.sold_at
                          FROM offer o
                         WHERE o.product_id = l.product_id) x),
            'published_at', (SELECT b.published_at FROM lot_publication b WHERE b.lot_id = found_id),
            'events', ARRAY(
                SELECT to_json(x)
                  FROM (SELECT coalesce(e.body ->> 'bizStep', '') AS step, e.record_time AS recorded_at, g.leaf_index,
                               g.signed_at, (SELECT count(*) FROM log_witness w WHERE w.size > g.leaf_index) AS witnesses
                          FROM event e
                          JOIN log_leaf g ON g.event_row = e.id
                         WHERE e.lot_id = found_id
                           AND EXISTS (SELECT FROM log_key)
                         ORDER BY e.id
                         LIMIT 12) x)   -- more would not fit a page on a weak link; every proof is under /log
            )::text
          FROM lot l
          JOIN harvest h ON h.id = l.harvest_id
         WHERE l.id = found_id
    );
END
$$;
