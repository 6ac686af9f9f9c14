"""The crops of the house with their published numbers.

Sources: Allen et al. 1998 (FAO-56) Tables 11, 12, 17, 22, 23 and 24; salinity of irrigation water as advised in the Mekong delta;
degree-days of AquaCrop's PaddyRice (Raes et al.). Where Table 12 prints a range the middle stands. Stage lengths are the
book's row nearest to the tropics and must be set per variety. Durian, pepper, dragon fruit and mango are not in FAO-56.
"""

from nongso.agronomy.crops import Coefficients, Crop, Roots, SalinityLimit, SaltTolerance, UnknownCrop
from nongso.agronomy.stages import DegreeDayCalendar, Method, StageLengths

_K, _Z, _L, _S = Coefficients, Roots, StageLengths, SaltTolerance

GO_CONG_DONG, DURIAN_ADVICE = "go_cong_dong", "durian_advice"  # texts are `source.<slug>`

# Gò Công Đông: dragon fruit and leaf vegetables below 1 g/L; rice, maize, beans, orange, mandarin at most 2;
# tomato, chilli, gourds, banana, sugarcane, pomelo, lime at most 2 to 4; mango, sapodilla, soursop, coconut 3 to 8.
_FRAIL = SalinityLimit(1, 1, GO_CONG_DONG)
_WEAK = SalinityLimit(2, 2, GO_CONG_DONG)
_MIDDLING = SalinityLimit(2, 4, GO_CONG_DONG)
_STRONG = SalinityLimit(3, 8, GO_CONG_DONG)
_CAREFUL = SalinityLimit(2, 2, "go_cong_citrus")

# citrus without ground cover under 70 % canopy; Table 12 note 21: in humid climates rather more, by 0.1 to 0.2, than less
_CITRUS = {
    "single": _K(0.70, 0.65, 0.70), "basal": _K(0.65, 0.60, 0.65), "height_m": 4.0,
    "roots": _Z(1.2, 1.5, 0.50), "lengths": _L(60, 90, 120, 95), "yield_response": 1.2,
    "keeps_coefficients": True,
}  # fmt: skip
_PEPPER = {
    "single": _K(0.60, 1.05, 0.90), "basal": _K(0.15, 1.00, 0.80), "height_m": 0.7, "roots": _Z(0.5, 1.0, 0.30),
    "lengths": _L(30, 35, 40, 20), "salt": _S(1.5, 14.0), "yield_response": 1.1,
}  # fmt: skip

# slug, single and basal coefficients, height m, roots, stage lengths, salt tolerance, Ky, salinity limit, degree-days
_ROWS = (
    # p is the share of saturation; ECe is that of the water while submerged (Table 23 note 6)
    Crop("rice", _K(1.05, 1.20, 0.75), _K(1.00, 1.15, 0.57), 1.0, _Z(0.5, 1.0, 0.20), _L(30, 30, 60, 30), _S(3.0, 12.0), None, _WEAK,
         DegreeDayCalendar(Method.TMIN_FREE, 8, 30, emergence=50, flowering=1150, flowering_lasts=350, senescence=1300, maturity=1900)),
    # the end of field-dried grain; 0.60 when harvested wet
    Crop("maize", _K(0.30, 1.20, 0.35), _K(0.15, 1.15, 0.15), 2.0, _Z(1.0, 1.7, 0.55), _L(20, 35, 40, 30), _S(1.7, 12.0), 1.25, _WEAK),
    Crop("sweet_corn", _K(0.30, 1.15, 1.05), _K(0.15, 1.10, 1.00), 1.5, _Z(0.8, 1.2, 0.50), _L(20, 20, 30, 10), _S(1.7, 12.0), 1.25, _WEAK),
    Crop("sorghum", _K(0.30, 1.05, 0.55), _K(0.15, 1.00, 0.35), 1.5, _Z(1.0, 2.0, 0.55), _L(20, 35, 40, 30), _S(6.8, 16.0), 0.9),
    # Kc ini of the legume family: the soybean row leaves it open
    Crop("soybean", _K(0.40, 1.15, 0.50), _K(0.15, 1.10, 0.30), 0.75, _Z(0.6, 1.3, 0.50), _L(15, 15, 40, 15), _S(5.0, 20.0), 0.85, _WEAK),
    Crop("groundnut", _K(0.40, 1.15, 0.60), _K(0.15, 1.10, 0.50), 0.4, _Z(0.5, 1.0, 0.50), _L(25, 35, 45, 25), _S(3.2, 29.0), 0.70, _WEAK),
    Crop("mung_bean", _K(0.40, 1.05, 0.35), _K(0.15, 1.00, 0.25), 0.4, _Z(0.6, 1.0, 0.45), _L(20, 30, 30, 20), None, None, _WEAK),
    Crop("green_bean", _K(0.50, 1.05, 0.90), _K(0.15, 1.00, 0.80), 0.4, _Z(0.5, 0.7, 0.45), _L(20, 30, 30, 10), _S(1.0, 19.0), 1.15, _WEAK),
    Crop("sesame", _K(0.35, 1.10, 0.25), _K(0.15, 1.05, 0.20), 1.0, _Z(1.0, 1.5, 0.60), _L(20, 30, 40, 20)),
    Crop("cotton", _K(0.35, 1.17, 0.60), _K(0.15, 1.12, 0.45), 1.35, _Z(1.0, 1.7, 0.65), _L(30, 50, 60, 55), _S(7.7, 5.2), 0.85),
    Crop("potato", _K(0.50, 1.15, 0.75), _K(0.15, 1.10, 0.65), 0.6, _Z(0.4, 0.6, 0.35), _L(25, 30, 40, 30), _S(1.7, 12.0), 1.1),
    Crop("sweet_potato", _K(0.50, 1.15, 0.65), _K(0.15, 1.10, 0.55), 0.4, _Z(1.0, 1.5, 0.65), _L(15, 30, 50, 30), _S(1.5, 10.0)),
    # first year
    Crop("cassava", _K(0.30, 0.80, 0.30), _K(0.15, 0.70, 0.20), 1.0, _Z(0.5, 0.8, 0.35), _L(20, 40, 90, 60)),
    # ratoon in the tropics; a virgin crop takes 50/70/220/140 days
    Crop("sugarcane", _K(0.40, 1.25, 0.75), _K(0.15, 1.20, 0.70), 3.0, _Z(1.2, 2.0, 0.65), _L(30, 50, 180, 60), _S(1.7, 5.9), 1.2, _MIDDLING),
    Crop("tomato", _K(0.60, 1.15, 0.80), _K(0.15, 1.10, 0.70), 0.6, _Z(0.7, 1.5, 0.40), _L(30, 40, 45, 30), _S(0.9, 9.0), 1.05, _MIDDLING),
    Crop("eggplant", _K(0.60, 1.05, 0.90), _K(0.15, 1.00, 0.80), 0.8, _Z(0.7, 1.2, 0.45), _L(30, 40, 40, 20)),
    Crop("sweet_pepper", **_PEPPER),
    Crop("chilli", **_PEPPER, limit=_MIDDLING),  # the same species as sweet pepper: its row
    # stage lengths of the crucifers: the cabbage row is a desert winter
    Crop("cabbage", _K(0.70, 1.05, 0.95), _K(0.15, 0.95, 0.85), 0.4, _Z(0.5, 0.8, 0.45), _L(25, 35, 25, 10), _S(1.0, 14.0), 0.95, _FRAIL),
    Crop("cauliflower", _K(0.70, 1.05, 0.95), _K(0.15, 0.95, 0.85), 0.4, _Z(0.4, 0.7, 0.45), _L(35, 50, 40, 15), _S(1.8, 6.2)),
    Crop("broccoli", _K(0.70, 1.05, 0.95), _K(0.15, 0.95, 0.85), 0.3, _Z(0.4, 0.6, 0.45), _L(35, 45, 40, 15), _S(2.8, 9.2)),
    Crop("carrot", _K(0.70, 1.05, 0.95), _K(0.15, 0.95, 0.85), 0.3, _Z(0.5, 1.0, 0.35), _L(20, 30, 30, 20), _S(1.0, 14.0)),
    Crop("lettuce", _K(0.70, 1.00, 0.95), _K(0.15, 0.90, 0.90), 0.3, _Z(0.3, 0.5, 0.30), _L(20, 30, 15, 10), _S(1.3, 12.0), None, _FRAIL),
    Crop("spinach", _K(0.70, 1.00, 0.95), _K(0.15, 0.90, 0.85), 0.3, _Z(0.3, 0.5, 0.20), _L(20, 20, 20, 5), _S(2.0, 16.0), None, _FRAIL),
    Crop("radish", _K(0.70, 0.90, 0.85), _K(0.15, 0.85, 0.75), 0.3, _Z(0.3, 0.5, 0.30), _L(5, 10, 15, 5), _S(1.2, 13.0)),
    Crop("onion", _K(0.70, 1.05, 0.75), _K(0.15, 0.95, 0.65), 0.4, _Z(0.3, 0.6, 0.30), _L(15, 25, 70, 40), _S(1.2, 16.0), 1.1),
    Crop("spring_onion", _K(0.70, 1.00, 1.00), _K(0.15, 0.90, 0.90), 0.3, _Z(0.3, 0.6, 0.30), _L(25, 30, 10, 5), _S(1.2, 16.0), 1.1),
    Crop("garlic", _K(0.70, 1.00, 0.70), _K(0.15, 0.90, 0.60), 0.3, _Z(0.3, 0.5, 0.30)),
    Crop("cucumber", _K(0.60, 1.00, 0.75), _K(0.15, 0.95, 0.70), 0.3, _Z(0.7, 1.2, 0.50), _L(20, 30, 40, 15), _S(1.1, 13.0)),
    Crop("pumpkin", _K(0.50, 1.00, 0.80), _K(0.15, 0.95, 0.70), 0.4, _Z(1.0, 1.5, 0.35), _L(20, 30, 30, 20), _S(1.2, 13.0), None, _MIDDLING),
    Crop("squash", _K(0.50, 0.95, 0.75), _K(0.15, 0.90, 0.70), 0.3, _Z(0.6, 1.0, 0.50), _L(20, 30, 25, 15), _S(4.7, 10.0), None, _MIDDLING),
    Crop("watermelon", _K(0.40, 1.00, 0.75), _K(0.15, 0.95, 0.70), 0.4, _Z(0.8, 1.5, 0.40), _L(10, 20, 20, 30), None, 1.1),
    Crop("melon", _K(0.50, 1.05, 0.75), _K(0.15, 1.00, 0.70), 0.4, _Z(0.8, 1.5, 0.40), _L(25, 35, 40, 20)),
    Crop("asparagus", _K(0.50, 0.95, 0.30), _K(0.15, 0.90, 0.20), 0.5, _Z(1.2, 1.8, 0.45), _L(50, 30, 100, 50), _S(4.1, 2.0)),
    Crop("strawberry", _K(0.40, 0.85, 0.75), _K(0.30, 0.80, 0.70), 0.2, _Z(0.2, 0.3, 0.20), None, _S(1.0, 33.0)),
    Crop("grape", _K(0.30, 0.85, 0.45), _K(0.15, 0.80, 0.40), 2.0, _Z(1.0, 2.0, 0.35), _L(20, 40, 120, 60), _S(1.5, 9.6), 0.85),
    # first year; `banana_ratoon` is the second and later
    Crop("banana", _K(0.50, 1.10, 1.00), _K(0.15, 1.05, 0.90), 3.0, _Z(0.5, 0.9, 0.35), _L(120, 90, 120, 60), None, 1.2, _MIDDLING),
    Crop("banana_ratoon", _K(1.00, 1.20, 1.10), _K(0.60, 1.10, 1.05), 4.0, _Z(0.5, 0.9, 0.35), _L(120, 60, 180, 5), None, 1.2, _MIDDLING),
    Crop("pineapple", _K(0.50, 0.30, 0.30), _K(0.15, 0.25, 0.25), 0.9, _Z(0.3, 0.6, 0.50), _L(60, 120, 600, 10)),
    # bare ground; with weeds 1.05/1.10/1.10
    Crop("coffee", _K(0.90, 0.95, 0.95), _K(0.80, 0.90, 0.90), 2.5, _Z(0.9, 1.5, 0.40)),
    Crop("tea", _K(0.95, 1.00, 1.00), _K(0.90, 0.95, 0.90), 1.5, _Z(0.9, 1.5, 0.40)),
    Crop("cacao", _K(1.00, 1.05, 1.05), _K(0.90, 1.00, 1.00), 3.0, _Z(0.7, 1.0, 0.30)),
    Crop("rubber", _K(0.95, 1.00, 1.00), _K(0.85, 0.90, 0.90), 10.0, _Z(1.0, 1.5, 0.40)),
    # the row Palm Trees
    Crop("coconut", _K(0.95, 1.00, 1.00), _K(0.85, 0.90, 0.90), 8.0, _Z(0.7, 1.1, 0.65), limit=_STRONG),
    Crop("avocado", _K(0.60, 0.85, 0.75), _K(0.50, 0.80, 0.70), 3.0, _Z(0.5, 1.0, 0.70)),
    Crop("orange", **_CITRUS, salt=_S(1.7, 16.0), limit=_WEAK),
    Crop("mandarin", **_CITRUS, limit=_WEAK),
    Crop("pomelo", **_CITRUS, limit=_CAREFUL),
    Crop("lime", **_CITRUS, limit=_CAREFUL),
    Crop("mango", limit=_STRONG),
    Crop("dragon_fruit", limit=_FRAIL),
    Crop("durian", limit=SalinityLimit(0.5, 0.5, DURIAN_ADVICE)),
    Crop("leaf_vegetable", limit=_FRAIL),  # mixed beds of greens: no single row of the book
    Crop("black_pepper"),
)  # fmt: skip

CROPS: dict[str, Crop] = {crop.slug: crop for crop in _ROWS}


def get_crop(slug: str) -> Crop:
    """The crop, or UnknownCrop with its slug."""
    found = CROPS.get(slug)
    if found is None:
        raise UnknownCrop(crop=slug)
    return found
