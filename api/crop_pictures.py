"""A calm drawing for a crop without a photo: which of a few shapes, in which colours."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """`shape` is a macro of templates/passport_picture.html; colours are body and shade."""

    shape: str
    body: str
    shade: str


LEAF = Picture("leaf", "#6aa84f", "#3f7d3a")

PICTURES = {
    "pomelo": Picture("round", "#8db654", "#a9cf74"),
    "orange": Picture("round", "#e58a2b", "#f2ab5e"),
    "mandarin": Picture("round", "#e07b1f", "#f0a357"),
    "lime": Picture("round", "#7fae3e", "#a5cc66"),
    "tomato": Picture("round", "#cf4a36", "#e0796a"),
    "grape": Picture("berries", "#7a4f8a", "#a27bb0"),
    "strawberry": Picture("round", "#c93a45", "#df7078"),
    "mango": Picture("oval", "#e3a832", "#f1c767"),
    "avocado": Picture("oval", "#5d7f3a", "#88a85f"),
    "melon": Picture("round", "#c3b878", "#ddd5a5"),
    "watermelon": Picture("oval", "#4f8a4a", "#7db374"),
    "cacao": Picture("oval", "#a65f35", "#c48a63"),
    "eggplant": Picture("oval", "#6a4680", "#9173a6"),
    "pumpkin": Picture("round", "#d98a2f", "#e9ae68"),
    "squash": Picture("oval", "#d9b13b", "#ead07f"),
    "cucumber": Picture("oval", "#5f9a4b", "#8cbc79"),
    "durian": Picture("spiny", "#94994a", "#b9bd77"),
    "pineapple": Picture("spiny", "#d2a23c", "#e5c274"),
    "dragon_fruit": Picture("spiny", "#c8457f", "#de7fa7"),
    "rice": Picture("grain", "#d3a93b", "#8fae4c"),
    "maize": Picture("grain", "#dfb53a", "#7da04a"),
    "sweet_corn": Picture("grain", "#e6c04b", "#7da04a"),
    "sorghum": Picture("grain", "#b4713f", "#8fa050"),
    "sugarcane": Picture("grain", "#a9b86a", "#6f9440"),
    "coffee": Picture("berries", "#b5423a", "#cf7a70"),
    "black_pepper": Picture("berries", "#4d5a3a", "#7c8a63"),
    "tea": LEAF,
    "coconut": Picture("palm", "#8b6b45", "#4f8a4a"),
    "banana": Picture("palm", "#d9b53b", "#5a9648"),
    "banana_ratoon": Picture("palm", "#d9b53b", "#5a9648"),
    "carrot": Picture("root", "#e07f33", "#5f9a4b"),
    "radish": Picture("root", "#d9d4c6", "#5f9a4b"),
    "cassava": Picture("root", "#9a7350", "#5f9a4b"),
    "sweet_potato": Picture("root", "#a5525c", "#5f9a4b"),
    "potato": Picture("root", "#c3a06a", "#5f9a4b"),
    "onion": Picture("round", "#b5735f", "#d0a091"),
    "garlic": Picture("round", "#e4ddd0", "#f4f0e8"),
}


def picture(crop: str) -> Picture:
    """A shape for every crop; what has none of its own grows leaves."""
    return PICTURES.get(crop, LEAF)
