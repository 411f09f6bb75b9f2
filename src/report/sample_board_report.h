// A board report of a made-up organisation, for tests.
#pragma once

#include "report/board_report.h"

namespace utsyn::report::testing {

inline BoardReport sample_board_report(Language language, int pages) {
  using namespace std::chrono;
  BoardReport report;
  report.language = language;
  report.pages = pages;
  report.organisation = "fjordvik";
  report.name = "Fjordvik kommune";
  report.link = "https://utsyn.example/virksomhet/fjordvik";
  report.made = *parse_time("2026-11-20T06:30:00Z");
  report.scored = true;
  report.measured = *parse_time("2026-11-20T05:12:00Z");
  report.score_cp = 7'904;
  report.low_cp = 7'840;
  report.high_cp = 8'349;
  report.grade = "C";
  report.confidence = "high";
  report.method = "utsyn-1.0";
  report.coverage = 9'120;
  report.assets = 41;
  report.target_cp = 8'000;
  for (int week = 50; week >= 0; --week) {
    const auto score = 6'860 + (50 - week) * 21 - (week == 30 ? 900 : 0);
    report.trend.push_back({report.made - days{7 * week}, score, score - 250, score + 300, "utsyn-1.0"});
  }
  report.trend.back() = {report.made, report.score_cp, report.low_cp, report.high_cp, report.method};
  report.peers = {{"kostra", "EKG07", 13, 7'740, 7'120, 8'260, 54},
                  {"national", "", 214, 7'410, 6'630, 8'120, 61}};
  report.losses = {{"mail", 1'050}, {"tls", 526}, {"web", 380}, {"dns", 90}, {"other", 50}};
  const auto action = [&](std::string title, std::string why, std::string remedy, std::int64_t gain,
                          std::int64_t minutes, std::size_t findings, int due) {
    report.actions.push_back({"",
                              {},
                              std::move(title),
                              std::move(why),
                              std::move(remedy),
                              gain,
                              minutes,
                              findings,
                              *parse_time("2026-11-20T11:00:00Z") + days{due},
                              due < 0});
  };
  action("Forfalsket e-post avvises (DMARC)",
         "Uten en håndhevet policy kan hvem som helst sende e-post i virksomhetens navn.",
         "Sett p=quarantine i DMARC-posten, følg rapportene i fire uker, og gå videre til p=reject.", 420,
         240, 3, 12);
  action("SPF avsluttes med avvisning",
         "Det siste leddet avgjør for alle andres tjenere. +all lar hele internett sende som dere.",
         "Avslutt oppføringen med -all.", 301, 60, 1, -6);
  action("Alle mellomsertifikater sendes", "Nettlesere på PC kan hente det som mangler.",
         "Installer hele kjeden.", 8, 45, 2, 60);
  action("HSTS varer minst ett år",
         "Når nettlesere glemmer fort, er den som kommer tilbake, ubeskyttet igjen.",
         "Sett max-age til 31536000.", 4, 75, 6, 90);
  const auto decide = [&](std::string key, std::string sentence, std::vector<std::string> titles,
                          checks::Role role, std::vector<std::string> carriers, std::int64_t gain,
                          std::int64_t minutes, std::size_t findings, int due) {
    BoardReport::Decision out;
    out.key = std::move(key);
    out.sentence = std::move(sentence);
    out.checks = {"email.dmarc.policy"};
    out.titles = std::move(titles);
    out.finding_ids = {"email.dmarc.policy@fjordvik.example"};
    out.role = role;
    out.carriers = std::move(carriers);
    out.gain_cp = gain;
    out.minutes = minutes;
    out.findings = findings;
    out.due = *parse_time("2026-11-20T11:00:00Z") + days{due};
    out.overdue = due < 0;
    report.decisions.push_back(std::move(out));
  };
  decide("email.dmarc.policy", "Be mottakere avvise e-post som utgir seg for å være fra oss.",
         {"DMARC-policy håndheves"}, checks::Role::mail_operator, {"Havn Drift AS"}, 420, 240, 3, 12);
  decide("sender-list-tight",
         "Stram inn hvem som kan sende e-post for oss, så ikke hele internett slipper til.",
         {"SPF avsluttes med avvisning"}, checks::Role::it, {}, 301, 60, 1, -6);
  decide("weak-encryption", "Slå av all svak og knekt kryptering, så ingen kan lese det brukerne sender oss.",
         {"Ingen RC4-chiffer", "Ingen anonyme nøkkelutvekslinger", "Ingen eksportchiffer",
          "Ingen 64-bits blokkchiffer"},
         checks::Role::web, {}, 8, 45, 4, 60);
  report.together_cp = 8'512;
  report.together_grade = "B";
  report.serious = 8;
  report.serious_overdue = 4;
  report.oldest_days = 210;
  for (int i = 0; i < 17; ++i)
    report.late.push_back({"Sertifikatet er gyldig i dag",
                           "web:www" + std::to_string(i) + ".fjordvik.example:443", checks::Severity::high,
                           report.made - days{100 - i}, 100 - i});
  report.late_total = 19;
  report.changes_since = report.made - days{90};
  report.opened = 6;
  report.closed = 11;
  report.accepted = 2;
  report.suppliers = {{"Havn Drift AS", 4, 6'120, "D", report.measured},
                      {"Nordlys Data AS", 2, 8'800, "B", report.measured},
                      {"Vidde Skytjenester AS", 1, std::nullopt, "U", std::nullopt}};
  report.suppliers_total = 3;
  report.suppliers_below = 1;
  report.suppliers_unrated = 1;
  return report;
}

}  // namespace utsyn::report::testing
