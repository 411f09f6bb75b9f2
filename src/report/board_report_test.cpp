#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <functional>
#include <map>

#include "report/board_report_facts.h"
#include "report/board_words.h"
#include "report/sample_board_report.h"
#include "report/terminal.h"

namespace utsyn::report {
namespace {

using testing::sample_board_report;

bool has(const std::string& html, std::string_view piece) { return html.find(piece) != std::string::npos; }
std::size_t count(const std::string& html, std::string_view piece) {
  std::size_t out = 0;
  for (auto at = html.find(piece); at != std::string::npos; at = html.find(piece, at + 1)) ++out;
  return out;
}

TEST(BoardReport, NumbersAreWrittenAsEachLanguageDoes) {
  struct Case {
    std::int64_t cp;
    Language language;
    const char* points;
    const char* gain;
    const char* share;
  };
  const Case cases[] = {
      {7'999, Language::nb, "79,9", "+79,9", "79,9\u202F%"},  // cut, never rounded up into a better grade
      {7'999, Language::en, "79.9", "+79.9", "79.9%"},
      {10'000, Language::nn, "100,0", "+100,0", "100,0\u202F%"},
      {0, Language::nb, "0,0", "0,0", "0,0\u202F%"},
      {4, Language::nb, "0,0", "+0,04", "0,0\u202F%"},
      {4, Language::en, "0.0", "+0.04", "0.0%"},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(points(one.cp, one.language), one.points);
    EXPECT_EQ(signed_points(one.cp, one.language), one.gain);
    EXPECT_EQ(percent(one.cp, one.language), one.share);
  }
  EXPECT_EQ(signed_points(-785, Language::nb), "−7,8");
}

TEST(BoardReport, DaysAreThoseOfOslo) {
  const auto late = *parse_time("2026-11-19T23:30:00Z");
  EXPECT_EQ(day_text(late, Language::nb), "20.11.2026");
  EXPECT_EQ(day_text(late, Language::nn), "20.11.2026");
  EXPECT_EQ(day_text(late, Language::en), "20 Nov 2026");
}

TEST(BoardReport, TheLeadAnswersFirst) {
  struct Case {
    const char* name;
    void (*change)(BoardReport&);
    const char* first;
    const char* second;
  };
  const Case cases[] = {
      {"below the target", [](BoardReport&) {},
       "Vi har 79,0 av 100 poeng, karakter C, og er ett poeng under målet på 80,0, over midten av like "
       "virksomheter.",
       "Tre beslutninger, til sammen om lag 6 timer, løfter oss til 85,1 poeng (karakter B)."},
      {"at the target", [](BoardReport& report) { report.target_cp = 7'904; },
       "Vi har 79,0 av 100 poeng, karakter C, og når målet på 79,0, over midten av like virksomheter.",
       "Tre beslutninger, til sammen om lag 6 timer, løfter oss til 85,1 poeng (karakter B)."},
      {"no target, below the middle",
       [](BoardReport& report) {
         report.target_cp.reset();
         report.peers[0].median_cp = 8'100;
         report.decisions.resize(1);
       },
       "Vi har 79,0 av 100 poeng, karakter C, under midten av like virksomheter.",
       "Én beslutning, om lag 4 timer, løfter oss til 85,1 poeng (karakter B)."},
      {"in the middle, nothing to do",
       [](BoardReport& report) {
         report.target_cp.reset();
         report.peers[0].median_cp = 7'901;
         report.decisions.clear();
       },
       "Vi har 79,0 av 100 poeng, karakter C, midt blant like virksomheter.",
       "Det er ingen åpne funn som trekker ned."},
      {"no peers, weeks of work",
       [](BoardReport& report) {
         report.target_cp = 9'000;
         report.peers.clear();
         report.decisions[0].minutes = 4'500;
       },
       "Vi har 79,0 av 100 poeng, karakter C, og er 11,0 poeng under målet på 90,0.",
       "Tre beslutninger, til sammen om lag 10 dagsverk, løfter oss til 85,1 poeng (karakter B)."},
      {"not rated",
       [](BoardReport& report) {
         report.grade = "U";
         report.coverage = 4'210;
         report.with_findings = false;
       },
       "Vi har ingen karakter: bare 42,1\u202F% av det som skulle måles, kunne måles.", ""},
  };
  for (const auto& one : cases) {
    auto report = sample_board_report(Language::nb, 1);
    one.change(report);
    const auto [first, second] = lead_of(report);
    EXPECT_EQ(first, one.first) << one.name;
    EXPECT_EQ(second, one.second) << one.name;
  }
}

TEST(BoardReport, OnePageHasTheThreeNumbersAndTheThreeDecisions) {
  struct Case {
    Language language;
    const char* code;
    std::vector<const char*> pieces;
  };
  const Case cases[] = {
      {Language::nb,
       "nb",
       {"Digital sikkerhet sett utenfra", "<h2>Alvorlige funn over frist</h2><p class=\"number\">4</p>",
        "av 8 alvorlige. Eldste har stått åpent i 210 dager.", "1 <span class=\"of\">av 3</span>",
        "Usikkerhet 78,4–83,4.", "Dekning 91,2\u202F%", "Opp 10,4 siden 05.12.2025.",
        "<h2>Tre beslutninger</h2>", ">+4,2</td><td class=\"n\">4 t</td>",
        "1 funn, fristen var 14.11.2026. Teknisk: SPF avsluttes med avvisning<",
        "3 funn, frist 02.12.2026. Teknisk: DMARC", "<td>E-postleverandør: Havn Drift AS</td>", "<td>IT</td>",
        "Teknisk: Ingen RC4-chiffer og 3 til<", "11 funn lukket, 6 nye.", "ekspertanslag (v1.0)",
        "vurderes etter offentleglova § 24"}},
      {Language::nn,
       "nn",
       {"Digital tryggleik sett utanfrå", "Alvorlege funn over frist", "Uvisse 78,4–83,4.", "Tre avgjerder",
        "11 funn lukka, 6 nye."}},
      {Language::en,
       "en",
       {"Digital security seen from outside", "Serious findings past due", "Interval 78.4–83.4.",
        "Three decisions", "1 finding, was due 14 Nov 2026", ">+4.2</td><td class=\"n\">4 h</td>",
        "11 findings closed, 6 new."}},
  };
  for (const auto& one : cases) {
    const auto html = board_report_html(sample_board_report(one.language, 1));
    EXPECT_TRUE(has(html, std::string("<html lang=\"") + one.code + "\">"));
    for (const auto* piece : one.pieces) EXPECT_TRUE(has(html, piece)) << one.code << ": " << piece;
    EXPECT_EQ(count(html, "<section"), 1u);
    EXPECT_EQ(count(html, "<figure aria-label=\""), 2u);
    EXPECT_FALSE(has(html, ">?<")) << "a text is missing";
    EXPECT_FALSE(has(html, "{}")) << "a value is missing";
    EXPECT_FALSE(has(html, "src=")) << "nothing is fetched";
    EXPECT_FALSE(has(html, "url(")) << "nothing is fetched";
  }
}

TEST(BoardReport, WhatGainsNothingYetIsNoZero) {
  auto report = sample_board_report(Language::nb, 1);
  EXPECT_FALSE(has(board_report_html(report), "under samme tak"));
  for (auto& decision : report.decisions) decision.gain_cp = 0;
  report.together_cp = report.score_cp;
  const auto html = board_report_html(report);
  EXPECT_TRUE(has(html, "<td class=\"n\">–</td><td class=\"n\">4 t</td>"));
  EXPECT_TRUE(has(html, "gir poeng først når de andre alvorlige funnene under samme tak er rettet"));
  EXPECT_EQ(lead_of(report).second,
            "Alvorlige funn setter et tak for poengene. Det løftes når flere er rettet; her er de første "
            "skrittene, "
            "om lag 6 timer arbeid.");
}

TEST(BoardReport, FivePagesHaveATableBehindEveryChart) {
  const auto html = board_report_html(sample_board_report(Language::nb, 5));
  EXPECT_EQ(count(html, "<section"), 5u);
  EXPECT_TRUE(has(html,
                  "<th scope=\"row\">nov. 2026</th><td class=\"n\">79,0</td><td "
                  "class=\"n\">78,4–83,4</td><td>utsyn-1.0</td>"));
  EXPECT_TRUE(
      has(html, "<th scope=\"row\">KOSTRA-gruppe 7</th><td class=\"n\">13</td><td class=\"n\">77,4</td>"));
  EXPECT_TRUE(has(html, "<th scope=\"row\">E-post</th><td class=\"n\">−10,5</td>"));
  EXPECT_TRUE(has(html, "<th scope=\"row\">Til sammen</th><td class=\"n\">−21,0</td>"));
  EXPECT_TRUE(has(html, "web:www0.fjordvik.example:443"));
  EXPECT_TRUE(has(html, "9 til er ikke vist."));  // 19 late, 10 shown
  EXPECT_TRUE(has(html, "Konstantene er ekspertanslag v1.0"));
  EXPECT_TRUE(has(html, "https://utsyn.example/virksomhet/fjordvik"));
}

TEST(BoardReport, AMonthWithoutMeasurementIsNotZero) {
  auto report = sample_board_report(Language::nb, 5);
  report.trend.erase(report.trend.begin(), report.trend.end() - 1);
  const auto html = board_report_html(report);
  EXPECT_TRUE(has(
      html,
      "<th scope=\"row\">des. 2025 – okt. 2026</th><td class=\"n\">–</td><td class=\"n\">ikke målt</td>"));
  EXPECT_TRUE(has(html, "okt. 2026 ikke målt; nov. 2026 79,0"));  // in words, too
  EXPECT_TRUE(has(html, "Første måling; ingen historikk ennå."));
}

TEST(BoardReport, ANewMethodIsNeverSilentlyJoined) {
  auto report = sample_board_report(Language::nb, 1);
  EXPECT_FALSE(has(board_report_html(report), "ny metode"));
  for (std::size_t i = 0; i < 20; ++i) report.trend[i].method = "utsyn-0.9";
  EXPECT_TRUE(has(board_report_html(report), "ny metode"));
}

TEST(BoardReport, WhoSeesTheScoreAloneGetsNoFindings) {
  auto report = sample_board_report(Language::nb, 1);
  report.with_findings = false;
  report.pages = 5;
  const auto html = board_report_html(report);
  EXPECT_EQ(count(html, "<section"), 1u);
  for (const auto* secret : {"DMARC", "Alvorlige funn", "www0.fjordvik", "11 funn"})
    EXPECT_FALSE(has(html, secret)) << secret;
  EXPECT_TRUE(has(html, "Tiltak og funn er ikke med"));
  EXPECT_TRUE(has(html, "54 av 100 har lavere poeng (n = 13)."));
  const auto data = boost::json::serialize(board_report_json(report));
  for (const auto* secret : {"DMARC", "actions", "decisions", "late", "serious", "changes"})
    EXPECT_FALSE(has(data, secret)) << secret;
}

TEST(BoardReport, HostileNamesStayText) {
  const std::string hostile = "<script>alert('1')</script>\"&}{%s\x01";
  const std::string shown = "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&amp;}{%s";
  auto report = sample_board_report(Language::nb, 5);
  report.name = hostile;
  report.exemption = hostile + "\" } body { display: none } </style>";
  report.link = hostile;
  report.peers[0].key = hostile;
  report.losses[0].first = hostile;
  report.actions[0].title = hostile;
  report.decisions[0].sentence = hostile;
  report.decisions[0].titles[0] = hostile;
  report.decisions[0].carriers[0] = hostile;
  report.actions[0].remedy = hostile;
  report.late[0].asset = hostile;
  report.suppliers[0].name = hostile;
  const auto html = board_report_html(report);
  EXPECT_GE(count(html, shown), 10u);
  EXPECT_FALSE(has(html, "<script"));
  EXPECT_EQ(count(html, "</style>"), 1u);
  EXPECT_FALSE(has(html, "\x01"));
  // In the page's foot the quotation mark cannot end the string of the style sheet.
  EXPECT_TRUE(has(html, "\\22 "));
  EXPECT_FALSE(has(html, "\" } body"));
  EXPECT_EQ(escaped("a\xFF"), escaped(escaped("a\xFF"))) << "what is no UTF-8 is made printable";
}

TEST(BoardReport, LongTextsAreCutBetweenWords) {
  auto report = sample_board_report(Language::nb, 1);
  report.decisions[0].titles[0] = std::string(60, 'x') + " " + std::string(300, 'y');
  const auto html = board_report_html(report);
  EXPECT_TRUE(has(html, std::string(60, 'x') + " …"));
  EXPECT_FALSE(has(html, "xy"));
}

TEST(BoardReport, ABoardReadsWholeSentencesAndNoConfiguration) {
  struct Case {
    const char* remedy;
    const char* step;
  };
  const Case cases[] = {
      {"Installer hele kjeden.", "Installer hele kjeden."},
      {"Sett p=quarantine i posten, følg rapportene, og gå videre til p=reject. Senere mer.",
       "Sett p=quarantine i posten, følg rapportene, og gå videre til p=reject."},
      {"Send Strict-Transport-Security: max-age=31536000 på alle svar, og bare én gang. nginx: add_header x;",
       "Send Strict-Transport-Security: max-age=31536000 på alle svar, og bare én gang."},
      {"Hide versions: nginx: server_tokens off; Apache: ServerTokens Prod.", "Hide versions."},
      {"Slå av SSL 3.0 (nginx: ssl_protocols TLSv1.2 TLSv1.3).", "Slå av SSL 3.0."},
      {"Sett max-age til 31536000 sekunder (ett år) eller mer: Strict-Transport-Security: max-age=31536000.",
       "Sett max-age til 31536000 sekunder (ett år) eller mer."},
      {"Publiser én CAA-post for hver utsteder, for eksempel: example.no. CAA 0 issue. Og mer.",
       "Publiser én CAA-post for hver utsteder."},
      {"Oppgrader biblioteket: alle støttede har hatt det siden 2010.",
       "Oppgrader biblioteket: alle støttede har hatt det siden 2010."},
      {"Begynn med å les rapportene, og håndhev så: Policy: x=1; y.", "Begynn med å les rapportene."},
      {"Bytt ut *, https: og http: i lista med vertene, for eksempel https://x.example/js/.",
       "Bytt ut *, https: og http: i lista med vertene."},
      {"Uten punktum", "Uten punktum."},
  };
  for (const auto& one : cases) EXPECT_EQ(first_step(one.remedy, 220), one.step);
  for (const auto& entry : checks::catalogue())
    for (const auto language : {Language::nb, Language::nn, Language::en}) {
      const auto step = first_step(checks::text(entry.remedy, language), 220);
      for (const auto* foreign : {"nginx", "add_header", "Apache:", "…"})
        EXPECT_FALSE(has(step, foreign)) << entry.id << ": " << step;
      EXPECT_GT(step.size(), 11u) << entry.id << ": " << step;
    }
}

TEST(BoardReport, GroupsAreCalledAsPeopleCallThem) {
  struct Case {
    const char* group;
    const char* key;
    Language language;
    const char* name;
  };
  const Case cases[] = {
      {"kostra", "EKG07", Language::nb, "KOSTRA-gruppe 7"},
      {"kostra", "EKG12", Language::en, "KOSTRA group 12"},
      {"sector", "6500", Language::nb, "Kommuneforvaltningen"},
      {"sector", "6500", Language::nn, "Kommuneforvaltninga"},
      {"sector", "9999", Language::nb, "sektor 9999"},
      {"population", "10000-19999", Language::nb, "10\u202F000–19\u202F999 innbyggere"},
      {"population", "50000-and-more", Language::en, "50,000 inhabitants and more"},
      {"population", "0-1999", Language::nn, "0–1\u202F999 innbyggjarar"},
      {"population", "unknown", Language::nb, "unknown innbyggere"},
      {"national", "", Language::nb, "alle av samme slag i landet"},
  };
  for (const auto& one : cases) {
    BoardReport::Peers peers;
    peers.group = one.group;
    peers.key = one.key;
    EXPECT_EQ(group_name(peers, Words(one.language)), one.name);
  }
}

TEST(BoardReport, TheLossesAreTheSumsOfTheScoresLines) {
  score::Organisation organisation;
  organisation.assets = {{"host", 400}, {"mail", 100}, {"web", 100}};
  const auto add = [&](const char* id, const char* asset, score::Severity severity,
                       std::optional<std::string> area) {
    score::Finding finding;
    finding.id = id;
    finding.asset = asset;
    finding.sev = severity;
    finding.age = 40;
    finding.domain = std::move(area);
    organisation.findings.push_back(std::move(finding));
  };
  for (int i = 0; i < 60; ++i) organisation.assets.push_back({"clean" + std::to_string(i), 400});
  add("a", "mail", score::Severity::medium, "mail");
  add("b", "mail", score::Severity::low, "mail");
  add("c", "web", score::Severity::high, "web");
  add("d", "host", score::Severity::critical, "tls");
  add("e", "host", score::Severity::low, std::nullopt);
  organisation.breach_days = {20};
  organisation.coverage = 3'000;
  for (const bool capped : {true, false}) {
    organisation.findings[3].cve = organisation.findings[3].kev = capped;
    organisation.coverage = capped ? 3'000 : score::full_coverage;
    const auto answer = score::score(organisation);
    EXPECT_EQ(capped, answer.lines.contains("#gate:d"));
    EXPECT_TRUE(answer.lines.contains("#breach"));
    const auto losses = losses_by_area(answer.lines, organisation);
    std::int64_t sum = 0;
    std::map<std::string, std::int64_t> by_area;
    for (const auto& [area, cp] : losses) {
      sum += cp;
      by_area[area] = cp;
    }
    EXPECT_EQ(sum, score::full_score_cp - answer.score_cp);
    EXPECT_TRUE(
        std::ranges::is_sorted(losses, std::greater<>(), &std::pair<std::string, std::int64_t>::second));
    const auto line = [&](const char* key) {
      const auto at = answer.lines.find(std::string_view(key));
      return at == answer.lines.end() ? std::int64_t{0} : at->second;
    };
    EXPECT_EQ(by_area["mail"], line("a") + line("b"));
    EXPECT_EQ(by_area["web"], line("c"));
    EXPECT_EQ(by_area["tls"], line("d") + line("#gate:d"));
    EXPECT_EQ(by_area["other"], line("e") + line("#breach") + line("#coverage"));
  }
}

TEST(BoardReport, TheLossesAddUpAsTheyAreShown) {
  auto report = sample_board_report(Language::nb, 1);
  report.score_cp = 7'999;
  report.losses = {{"mail", 667}, {"tls", 667}, {"web", 333}, {"dns", 167}, {"cert", 167}};
  const auto html = board_report_html(report);
  // 100 - 79,9: of five areas, three and the rest.
  for (const auto* row :
       {"E-post</th><td class=\"n\">−6,7<", "Kryptering (TLS)</th><td class=\"n\">−6,7<",
        "Nettsteder</th><td class=\"n\">−3,3<", "De andre områdene</th><td class=\"n\">−3,4<",
        "Til sammen 20,1 poeng: det som mangler på 100."})
    EXPECT_TRUE(has(html, row)) << row;
}

TEST(BoardReport, ManySuppliersWithoutAScoreAreOneLine) {
  auto report = sample_board_report(Language::nb, 5);
  for (const auto* name : {"Bre AS", "Fonn AS"})
    report.suppliers.push_back({name, 1, std::nullopt, "U", std::nullopt});
  report.suppliers_total = 9;
  const auto html = board_report_html(report);
  EXPECT_TRUE(has(html, "Uten poeng: Vidde Skytjenester AS, Bre AS, Fonn AS."));
  EXPECT_FALSE(has(html, "<th scope=\"row\">Bre AS"));
  EXPECT_TRUE(has(html, "4 til er ikke vist."));
}

TEST(BoardReport, NotMeasuredIsSaid) {
  BoardReport report;
  report.name = "Nyvik kommune";
  report.pages = 5;
  report.made = *parse_time("2026-11-20T06:30:00Z");
  const auto html = board_report_html(report);
  EXPECT_TRUE(has(html, "Nyvik kommune er ikke målt ennå."));
  EXPECT_EQ(count(html, "<section"), 1u);
  EXPECT_FALSE(board_report_json(report).at("scored").as_bool());
}

}  // namespace
}  // namespace utsyn::report
