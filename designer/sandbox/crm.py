"""The data the API serves: companies and their contacts, in memory, new for every sandbox."""

from __future__ import annotations

import itertools
import threading
from typing import Any

_COMPANIES = (
    ("Harbor Lights Ltd", "logistics", "Rotterdam"),
    ("Northwind Cables", "energy", "Bergen"),
    ("Blue Mesa Foods", "food", "Santa Fe"),
    ("Kōbe Optics 株式会社", "optics", "Kōbe"),
    ("Æther & Söhne", "instruments", "Wien"),
)

_CONTACTS = (
    ("Ingrid", "Solberg", 2, "Head of Operations"),
    ("Mateo", "Álvarez", 3, "Buyer"),
    ("Aiko", "Tanaka", 4, "Engineer"),
    ("Jonas", "Weiß", 5, "Managing Director"),
    ("Femke", "de Vries", 1, "Planner"),
    ("Priya", "Natarajan", 1, "Controller"),
    ("Liam", "O'Connor", 2, "Technician"),
    ("Zoë", "Martin", 3, "Quality Lead"),
    ("Haruto", "Mori", 4, "Sales"),
    ("Clara", "Huber", 5, "Assistant"),
    ("Noor", "Bakker", 1, "Dispatcher"),
    ("Emeka", "Obi", 2, "Surveyor"),
)


class NotFound(LookupError):
    """No record of that kind and number."""


class Invalid(ValueError):
    """A record that cannot be stored; ``field`` names what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Crm:
    """Companies and contacts. Thread-safe; what it gives are copies."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._companies = {
            number: {"id": number, "name": name, "industry": industry, "city": city}
            for number, (name, industry, city) in enumerate(_COMPANIES, start=1)
        }
        self._contacts = {
            number: {
                "id": number,
                "first_name": first,
                "last_name": last,
                "email": f"contact{number}@harbor.example",
                "title": title,
                "company_id": company,
                "created_at": f"2025-{number:02}-0{number % 9 + 1}T09:30:00Z",
            }
            for number, (first, last, company, title) in enumerate(_CONTACTS, start=1)
        }
        self._numbers = itertools.count(len(self._contacts) + 1)

    def contacts(self, query: str = "") -> list[dict[str, Any]]:
        """Contacts whose name or email contains ``query``, by number."""
        wanted = query.casefold()
        with self._lock:
            return [
                dict(contact)
                for contact in self._contacts.values()
                if wanted in f"{contact['first_name']} {contact['last_name']} {contact['email']}".casefold()
            ]

    def contact(self, number: int) -> dict[str, Any]:
        """Contact ``number``; raises :class:`NotFound`."""
        with self._lock:
            if number not in self._contacts:
                raise NotFound(f"There is no contact {number}.")
            return dict(self._contacts[number])

    def companies(self) -> list[dict[str, Any]]:
        """Every company, by number."""
        with self._lock:
            return [dict(company) for company in self._companies.values()]

    def add_contact(self, given: object, created_at: str) -> dict[str, Any]:
        """Store a contact (``last_name`` and ``email`` required) and give it back; raises :class:`Invalid`."""
        if not isinstance(given, dict):
            raise Invalid("", "A contact is an object.")
        for name in ("last_name", "email"):
            if not isinstance(given.get(name), str) or not given[name].strip():
                raise Invalid(name, f"{name} is required.")
        if "@" not in given["email"]:
            raise Invalid("email", "email is not an address.")
        with self._lock:
            company = given.get("company_id")
            if company is not None and company not in self._companies:
                raise Invalid("company_id", f"There is no company {company}.")
            number = next(self._numbers)
            self._contacts[number] = {
                "id": number,
                "first_name": str(given.get("first_name") or ""),
                "last_name": given["last_name"],
                "email": given["email"],
                "title": str(given.get("title") or ""),
                "company_id": company,
                "created_at": created_at,
            }
            return dict(self._contacts[number])
