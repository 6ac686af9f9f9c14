"""The standard vocabularies of CBV 2.0, and the one web URI behind the several ways to write a value.

Terms: CBV 2.0 §7 (standard vocabularies) as GS1 lists them in the EPCIS 2.0 JSON Schema;
the spelling of the web URIs is that of GS1's EPCIS JSON-LD context 2.0.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

CBV = "https://ref.gs1.org/cbv/"
VOC = "https://gs1.org/voc/"

# Prefixes every EPCIS document may use undeclared: GS1's own context declares them.
PREFIXES = {
    "cbv": CBV,
    "cbvmda": "urn:epcglobal:cbv:mda:",
    "dcterms": "http://purl.org/dc/terms/",
    "epcis": "https://ref.gs1.org/epcis/",
    "gs1": VOC,
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
# Those whose values, too, are expanded wherever they stand (CBV 2.0 §8.9, rule on compact URI expressions).
VALUE_PREFIXES = {prefix: PREFIXES[prefix] for prefix in ("cbv", "epcis", "gs1")}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A set of terms. The web URI of a term is `stem` + term; `urn` is the older way to write the same; `path` names it to a reader."""

    name: str
    stem: str
    urn: str | None
    terms: frozenset[str]

    def expand(self, word: str) -> str:
        """The web URI of a bare term; any other text as it is."""
        return self.stem + word if word in self.terms else word

    def shorten(self, uri: str) -> str:
        """The bare term of a web URI, as EPCIS 2.0 JSON wants it; any other text as it is."""
        term = uri.removeprefix(self.stem)
        return term if term in self.terms else uri

    def claims(self, uri: str) -> bool:
        """Whether a URI pretends to be a term of this vocabulary: then it must be one. Anybody may add terms under a URI of their own."""
        return uri.startswith(self.stem) or (self.urn is not None and uri.startswith(self.urn))

    def has(self, uri: str) -> bool:
        return uri.startswith(self.stem) and uri.removeprefix(self.stem) in self.terms


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BIZ_STEP = Vocabulary(
    "bizStep",
    CBV + "BizStep-",
    "urn:epcglobal:cbv:bizstep:",
    _words(
        """accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting decommissioning
        departing destroying disassembling dispensing encoding entering_exiting holding inspecting installing killing loading other packing
        picking receiving removing repackaging repairing replacing reserving retail_selling sampling sensor_reporting shipping
        staging_outbound stock_taking stocking storing transporting unloading unpacking void_shipping"""
    ),
)
DISPOSITION = Vocabulary(
    "disposition",
    CBV + "Disp-",
    "urn:epcglobal:cbv:disp:",
    _words(
        """active available completeness_inferred completeness_verified conformant container_closed container_open damaged destroyed
        dispensed disposed encoded expired in_progress in_transit inactive mismatch_class mismatch_instance mismatch_quantity
        needs_replacement no_pedigree_match non_conformant non_sellable_other partially_dispensed recalled reserved retail_sold returned
        sellable_accessible sellable_not_accessible stolen unavailable unknown"""
    ),
)
TRANSACTION_TYPE = Vocabulary(
    "bizTransactionType",
    CBV + "BTT-",
    "urn:epcglobal:cbv:btt:",
    _words("bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt"),
)
PARTY_TYPE = Vocabulary(
    "sourceDestinationType",
    CBV + "SDT-",
    "urn:epcglobal:cbv:sdt:",
    _words("location owning_party possessing_party"),
)
ERROR_REASON = Vocabulary("errorReason", CBV + "ER-", "urn:epcglobal:cbv:er:", _words("did_not_occur incorrect_data"))
COMPONENT = Vocabulary(
    "component",
    CBV + "Comp-",
    None,
    _words(
        """altitude axial_distance azimuth easting elevation_angle height latitude longitude northing polar_angle spherical_radius x y z"""
    ),
)
ALERT = Vocabulary("sensorAlert", VOC, None, _words("ALARM_CONDITION ERROR_CONDITION"))
MEASUREMENT = Vocabulary(
    "measurementType",
    VOC,
    None,
    _words(
        """AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Altitude AmountOfSubstance AmountOfSubstancePerUnitVolume Angle
        AngularAcceleration AngularMomentum AngularVelocity Area Capacitance Conductance Conductivity Count Density Dimensionless
        DoseEquivalent DoseEquivalentRate DynamicViscosity ElectricCharge ElectricCurrent ElectricCurrentDensity ElectricFieldStrength
        Energy Exposure Force Frequency Illuminance Inductance Irradiance KinematicViscosity Length LinearMomentum Luminance LuminousFlux
        LuminousIntensity MagneticFlux MagneticFluxDensity MagneticVectorPotential Mass MassConcentration MassFlowRate MassPerAreaTime
        MemoryCapacity MolalityOfSolute MolarEnergy MolarMass MolarVolume Power Pressure Radioactivity RadiantFlux RadiantIntensity
        RelativeHumidity Resistance Resistivity SolidAngle SpecificVolume Speed SurfaceDensity SurfaceTension Temperature Time Torque
        Voltage Volume VolumeFlowRate VolumeFraction VolumetricFlux Wavenumber
        EffectiveDoseRate Molar_concentration"""  # these two stand in GS1's own examples, though not in its list
    ),
)

# Which vocabulary a field speaks: (name of the field it stands in, its own name).
SPOKEN: dict[tuple[str, str], Vocabulary] = {
    ("", "bizStep"): BIZ_STEP,
    ("", "disposition"): DISPOSITION,
    ("persistentDisposition", "set"): DISPOSITION,
    ("persistentDisposition", "unset"): DISPOSITION,
    ("bizTransaction", "type"): TRANSACTION_TYPE,
    ("source", "type"): PARTY_TYPE,
    ("destination", "type"): PARTY_TYPE,
    ("errorDeclaration", "reason"): ERROR_REASON,
    ("sensorReport", "type"): MEASUREMENT,
    ("sensorReport", "exception"): ALERT,
    ("sensorReport", "component"): COMPONENT,
}
_URNS = {vocabulary.urn: vocabulary.stem for vocabulary in SPOKEN.values() if vocabulary.urn}
_COMPACT = re.compile(r"(?P<prefix>[A-Za-z][\w.-]*):(?!//)(?P<rest>\S+)", re.ASCII)


def expanded(text: str, prefixes: Mapping[str, str]) -> str:
    """The full URI of a compact one (`gs1:Temperature`) or of a CBV URN (`urn:epcglobal:cbv:disp:active`); any other text as it is.

    CBV 2.0 §8.9: both spellings count as the web URI. Text with a space in it is prose, whatever it begins with.
    """
    match = _COMPACT.fullmatch(text)
    if match is None:
        return text
    if match["prefix"] in prefixes:
        return prefixes[match["prefix"]] + match["rest"]
    for urn, stem in _URNS.items():
        if text.startswith(urn):
            return stem + text.removeprefix(urn)
    return text
