from sepadan.study.models.studies import StudyRecord
from sepadan.study.models.visits import VisitFollowUp, VisitLesson, VisitRecord, VisitRelease

__all__ = ["StudyRecord", "VisitFollowUp", "VisitLesson", "VisitRecord", "VisitRelease"]
