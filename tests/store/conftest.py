"""What tests of the store share: an office with one registered device."""

import pytest

from nongso import store


@pytest.fixture
def device_id(conn: store.Connection) -> str:
    """A device of the office `xa-mot`, which takes readings from 2020 on."""
    conn.execute(
        "INSERT INTO admin_unit (code, valid_from, name, kind) VALUES ('1', '2025-07-01', 'Xã Một', 'commune')"
    )
    conn.execute(
        "INSERT INTO office (slug, name, unit_code, unit_valid_from) VALUES ('xa-mot', 'Xã Một', '1', '2025-07-01')"
    )
    conn.execute(
        """
        INSERT INTO device (id, office_id, kind, name, name_sort, accept_from)
        SELECT 'probe-1', id, 'soil', 'Đầu dò', 'x', '2020-01-01' FROM office WHERE slug = 'xa-mot'
        """
    )
    return "probe-1"
