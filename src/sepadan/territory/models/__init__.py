from sepadan.territory.models.area import Kecamatan, Kelurahan
from sepadan.territory.models.boundary import Boundary, BoundaryLayer
from sepadan.territory.models.fact import Fact
from sepadan.territory.models.region import Province, Region

__all__ = ["Boundary", "BoundaryLayer", "Fact", "Kecamatan", "Kelurahan", "Province", "Region"]
