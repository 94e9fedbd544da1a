"""Who is in the demo. All names are invented; telephone numbers are from the 555-01xx range."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    given_name: str
    family_name: str
    language: str
    sex: str
    covered: bool = False


OFFICES = [
    ("New York Field Office", "Northeast", "America/New_York", "+12125550100"),
    ("Los Angeles Field Office", "West", "America/Los_Angeles", "+12135550100"),
]
# (name, e-mail, role, offices by position)
STAFF = [
    ("Amara Okafor", "officer@example.org", "officer", [0]),
    ("Daniel Reyes", "officer2@example.org", "officer", [0]),
    ("Mei Tanaka", "officer3@example.org", "officer", [1]),
    ("Jonas Weber", "officer4@example.org", "officer", [1]),
    ("Ruth Abebe", "supervisor@example.org", "supervisor", [0]),
    ("Carlos Pinto", "supervisor2@example.org", "supervisor", [1]),
    ("Iris Lund", "administrator@example.org", "administrator", [0, 1]),
]
PERSONA = Part("Elena", "Marsh", "en", "female")
CAST = [
    PERSONA,
    Part("Mateo", "Quispe", "es", "male"),
    Part("Samira", "Haddad", "ar", "female", covered=True),
    Part("Wislande", "Toussaint", "ht", "female"),
    Part("Thiago", "Moreira", "pt", "male"),
    Part("Wei", "Zhang", "zh-hans", "male"),
    Part("Gurpreet", "Dhillon", "pa", "male"),
    Part("Linh", "Tran", "vi", "female"),
    Part("Oksana", "Belova", "ru", "female"),
    Part("Aminata", "Diallo", "fr", "female", covered=True),
    Part("Lucía", "Ramos", "es", "female"),
    Part("Josué", "Paz", "es", "male"),
    Part("Karina", "Ochoa", "es", "female"),
    Part("Rubén", "Sosa", "es", "male"),
    Part("Yesenia", "Flores", "es", "female"),
    Part("Dieuseul", "Joseph", "ht", "male"),
    Part("Mirlande", "Cadet", "ht", "female"),
    Part("Beatriz", "Nogueira", "pt", "female"),
    Part("Rafael", "Teixeira", "pt", "male"),
    Part("Xiaomei", "Li", "zh-hans", "female"),
    Part("Jun", "Chen", "zh-hans", "male"),
    Part("Omar", "Nasser", "ar", "male"),
    Part("Huda", "Saleh", "ar", "female", covered=True),
    Part("Harjit", "Gill", "pa", "female"),
    Part("Balwinder", "Sandhu", "pa", "male"),
    Part("Minh", "Nguyen", "vi", "male"),
    Part("Thuy", "Pham", "vi", "female"),
    Part("Dmitri", "Orlov", "ru", "male"),
    Part("Zarina", "Karimova", "ru", "female", covered=True),
    Part("Kouassi", "Yao", "fr", "male"),
    Part("Chantal", "Mbala", "fr", "female"),
    Part("Grace", "Owusu", "en", "female"),
    Part("Emmanuel", "Tetteh", "en", "male"),
    Part("Ana", "Caballero", "es", "female"),
    Part("Nelson", "Aguilar", "es", "male"),
    Part("Brenda", "Castillo", "es", "female"),
    Part("Wilmer", "Rojas", "es", "male"),
    Part("Fabiola", "Pierre", "ht", "female"),
    Part("Idrissa", "Traoré", "fr", "male"),
    Part("Marisol", "Vega", "es", "female"),
]
# From the list that ships with the program.
COURTS = [
    "New York (Federal Plaza) Immigration Court",
    "Los Angeles (Olive Street) Immigration Court",
]
REASONS = [
    "Moved to a new address.",
    "Monthly contact.",
    "Change of telephone number.",
    "Follow-up after a missed appointment.",
]
EXCUSES = ["In hospital; papers seen.", "At work without signal; employer confirmed."]
REFUSALS = ["The photo shows somebody else.", "The photo was taken from a screen."]
NOTES = [
    "Agreed to call on Mondays about the new address. Brings the lease to the next visit.",
    "Works nights until the end of the month; the plan asks nothing before noon.",
    "The lawyer will send the court notice. A brother may be called where nobody answers.",
]
