from sepadan.study.models.studies import StudyRecord
from sepadan.study.models.visits import VisitLesson, VisitRecord

__all__ = ["StudyRecord", "VisitLesson", "VisitRecord"]
