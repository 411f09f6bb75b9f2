// The register without a database: numbers, names, members, decisions, effects, files.
#include <gtest/gtest.h>

#include "footprint/decisions.h"
#include "footprint/effect.h"
#include "footprint/fold.h"
#include "footprint/import.h"
#include "footprint/opt_outs.h"
#include "footprint/organisation_number.h"
#include "footprint/register.h"
#include "score/score.h"

namespace utsyn::footprint {
namespace {

TEST(OrganisationNumber, IsReadAsPeopleWriteIt) {
  const struct {
    const char* typed;
    std::optional<std::string> kept;
  } cases[] = {
      {"123456785", "123456785"},
      {"123 456 785", "123456785"},
      {" 123\xC2\xA0"
       "456\xE2\x80\xAF"
       "785 ",
       "123456785"},
      {"NO 123 456 785 MVA", "123456785"},
      {"no123456785mva", "123456785"},
      {"NO123456785", "123456785"},
      {"123456784", std::nullopt},     // wrong check digit
      {"000000000", "000000000"},      // no first digit is required
      {"12345678", std::nullopt},      // too short
      {"1234567855", std::nullopt},    // too long
      {"123456785MVA", std::nullopt},  // MVA without NO
      {"SE123456785", std::nullopt},
      {"12345678X", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& [typed, kept] : cases) EXPECT_EQ(organisation_number(typed), kept) << typed;
  EXPECT_EQ(shown_number("123456785"), "123 456 785");
  EXPECT_EQ(shown_number("12"), "12");
}

TEST(OrganisationNumber, RemainderOneHasNoCheckDigit) {
  int without = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto first = std::to_string(81234000 + i);
    const auto digit = check_digit(first);
    if (!digit) {
      ++without;
      for (char c = '0'; c <= '9'; ++c) EXPECT_FALSE(organisation_number(first + c));
    } else {
      EXPECT_TRUE(organisation_number(first + *digit));
    }
  }
  EXPECT_GT(without, 60);
  EXPECT_LT(without, 130);
}

TEST(Fold, SmallLettersWithoutAccents) {
  const struct {
    const char* name;
    const char* folded;
  } cases[] = {{"Kárášjohka", "karasjohka"},
               {"BLÅFJELL", "blåfjell"},
               {"  Nordre\tÅl \n ", "nordre ål"},
               {"Göteborg", "gøteborg"},
               {"Ælva", "ælva"},
               {"Ŋuorgu Đ", "nuorgu d"},
               {"Łódź", "lodz"},
               {"東京 A", "東京 a"},
               {"a\xFF"
                "B",
                "a\xFF"
                "b"}};
  for (const auto& [name, expected] : cases) EXPECT_EQ(folded(name), expected) << name;
}

TEST(Fold, SortsInTheOrderOfTheAlphabet) {
  const char* sorted[] = {"Asker", "Zeta", "Ærøy", "Østmark", "Ålvik", "Åsen"};
  for (std::size_t i = 1; i < std::size(sorted); ++i)
    EXPECT_LT(sort_key(sorted[i - 1]), sort_key(sorted[i])) << sorted[i];
  EXPECT_EQ(sort_key("Österby"), sort_key("Østerby"));
  EXPECT_LE(sort_key(std::string(5000, 'x')).size(), 121U);
}

TEST(Fold, WordsWithoutWhatStandsBetween) {
  EXPECT_EQ(words_of("nordre ål-kommune (ny), as"),
            (std::vector<std::string>{"nordre", "ål", "kommune", "ny", "as"}));
  EXPECT_EQ(words_of("a b c d", 2).size(), 2U);
}

TEST(Tidy, KeepsTheMembersInOneForm) {
  Details details;
  details.number = "123 456 785";
  details.name = "  Blåfjell kommune ";
  details.kind = "Municipality";
  details.form = "sær";
  details.municipality = "301";
  details.kostra = "7";
  details.language = "NYNORSK";
  details.website = "";
  EXPECT_TRUE(tidy(details).empty());
  EXPECT_EQ(details.number, "123456785");
  EXPECT_EQ(details.name, "Blåfjell kommune");
  EXPECT_EQ(details.kind, "municipality");
  EXPECT_EQ(details.form, "SÆR");
  EXPECT_EQ(details.municipality, "0301");
  EXPECT_EQ(details.county, "03");
  EXPECT_EQ(details.kostra, "EKG07");
  EXPECT_EQ(details.language, "nn");
  EXPECT_FALSE(details.website);
}

TEST(Tidy, SaysWhatIsWrong) {
  const auto faults_of = [](auto set) {
    Details details;
    set(details);
    std::vector<std::string> out;
    for (const auto& fault : tidy(details)) out.push_back(fault.field + ":" + fault.code);
    return out;
  };
  using Codes = std::vector<std::string>;
  EXPECT_EQ(faults_of([](auto& d) { d.number = "123456789"; }), Codes{"number:number"});
  EXPECT_EQ(faults_of([](auto& d) { d.parent = "1"; }), Codes{"parent:number"});
  EXPECT_EQ(faults_of([](auto& d) { d.parent = d.number = "123456785"; }), Codes{"parent:own-parent"});
  EXPECT_EQ(faults_of([](auto& d) { d.name = std::string(301, 'x'); }), Codes{"name:name"});
  EXPECT_EQ(faults_of([](auto& d) { d.name = "two\nlines"; }), Codes{"name:name"});
  EXPECT_EQ(faults_of([](auto& d) { d.kind = "kingdom"; }), Codes{"kind:kind"});
  EXPECT_EQ(faults_of([](auto& d) { d.form = "A S"; }), Codes{"form:form"});
  EXPECT_EQ(faults_of([](auto& d) { d.municipality = "03012"; }), Codes{"municipality:municipality"});
  EXPECT_EQ(faults_of([](auto& d) { d.county = "x"; }), Codes{"county:county"});
  EXPECT_EQ(faults_of([](auto& d) {
              d.municipality = "0301";
              d.county = "46";
            }),
            Codes{"county:county-of-municipality"});
  EXPECT_EQ(faults_of([](auto& d) { d.kostra = "GRUPPE SJU"; }), Codes{"kostra:kostra"});
  // Numbers that nobody has been given.
  for (const char* county : {"00", "13", "24", "51", "77", "97"}) {
    EXPECT_EQ(faults_of([&](auto& d) { d.county = county; }), Codes{"county:county"}) << county;
    EXPECT_EQ(faults_of([&](auto& d) { d.municipality = county + std::string("01"); }),
              Codes{"municipality:municipality"})
        << county;
  }
  for (const char* group : {"0", "18", "99", "EKG00", "EKG18", "EKG99", "EKG7", "EKG007", "EKG"})
    EXPECT_EQ(faults_of([&](auto& d) { d.kostra = group; }), Codes{"kostra:kostra"}) << group;
  for (const char* group : {"1", "17", "ekg13", "EAFK02"})
    EXPECT_TRUE(faults_of([&](auto& d) { d.kostra = group; }).empty()) << group;
  for (const char* county : {"3", "03", "21", "30", "56", "99"})
    EXPECT_TRUE(faults_of([&](auto& d) { d.county = county; }).empty()) << county;
  EXPECT_EQ(faults_of([](auto& d) { d.sector = "65"; }), Codes{"sector:sector"});
  EXPECT_EQ(faults_of([](auto& d) { d.language = "latin"; }), Codes{"language:language"});
  EXPECT_EQ(faults_of([](auto& d) { d.industry = "84 110"; }), Codes{"industry:industry"});
  EXPECT_EQ(faults_of([](auto& d) { d.website = "two words"; }), Codes{"website:website"});
  EXPECT_EQ(faults_of([](auto& d) { d.population = -1; }), Codes{"population:count"});
  EXPECT_EQ(faults_of([](auto& d) { d.employees = 200'000'000; }), Codes{"employees:count"});
}

TEST(TargetName, IsANameOfTheOrganisation) {
  EXPECT_EQ(target_name("domain", " Blåfjell.Example. "), "xn--blfjell-fxa.example");
  EXPECT_EQ(target_name("host", "www.fjord.example"), "www.fjord.example");
  EXPECT_EQ(target_name("domain", "kommune.no").error().code, "target-public-suffix");
  EXPECT_EQ(target_name("domain", "http://fjord.example/").error().code, "target-name");
  EXPECT_EQ(target_name("host", "192.0.2.1").error().code, "target-name");
  EXPECT_EQ(target_name("host", "\xFF").error().code, "target-name");
  EXPECT_EQ(target_name("planet", "fjord.example").error().code, "target-kind");
}

TEST(OptOuts, NamesGlobsAddressesAndNetworks) {
  EXPECT_EQ(opt_out_pattern(" WWW.Fjord.example"), "www.fjord.example");
  EXPECT_EQ(opt_out_pattern("*.Blåfjell.example"), "*.xn--blfjell-fxa.example");
  EXPECT_EQ(opt_out_pattern("*.test"), "*.test");
  EXPECT_EQ(opt_out_pattern("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(opt_out_pattern("192.0.2.0/24"), "192.0.2.0/24");
  EXPECT_EQ(opt_out_pattern("2001:DB8::/32"), "2001:db8::/32");
  for (const auto* wrong : {"", "*", "*.*", "a b.example", "192.0.2.0/33", "*fjord.example", "\xFF.example"})
    EXPECT_EQ(opt_out_pattern(wrong).error().code, "opt-out-pattern") << wrong;
  EXPECT_TRUE(opted_out({"*.fjord.example"}, "www.fjord.example"));
  EXPECT_FALSE(opted_out({"*.fjord.example"}, "fjord.example"));
  EXPECT_TRUE(opted_out({"fjord.example"}, "a.b.fjord.example"));
  EXPECT_FALSE(opted_out({"fjord.example", "192.0.2.0/24"}, "otherfjord.example"));
}

TEST(Decisions, AValueIsRaisedAtOnceAndLoweredByTwo) {
  const struct {
    const char* name;
    int measured;
    DecidedValue decided;
    int effective;
  } cases[] = {
      {"raised", 100, {400, 100, false}, 400},
      {"the rules have come to more than the raise", 400, {200, 100, false}, 400},
      {"lowered by two", 400, {100, 400, true}, 100},
      {"lowered by one alone", 400, {100, 400, false}, 400},
      {"lowered, and then a login appeared", 400, {25, 100, true}, 400},
      {"lowered, and the rules give less still", 25, {100, 400, true}, 100},
  };
  for (const auto& [name, measured, decided, effective] : cases)
    EXPECT_EQ(effective_value(measured, decided), effective) << name;
}

TEST(Decisions, AreAppliedOnceHoweverOften) {
  Decisions decisions;
  decisions.confirmed.insert("www.fjord.example:443");
  decisions.values.emplace("www.fjord.example:443", DecidedValue{400, 100, false});
  decisions.proved.insert("fjord.example");
  store::Asset asset;
  asset.id = "www.fjord.example:443";
  asset.host = "www.fjord.example";
  asset.value = 100;
  asset.why = {"ct-of:fjord.example"};
  EXPECT_TRUE(candidate(asset));
  apply(decisions, asset);
  const auto once = asset;
  EXPECT_EQ(asset.value, 400);
  EXPECT_EQ(measured_value(asset), 100);
  EXPECT_EQ(confidence_of(asset.why), 100);
  EXPECT_FALSE(candidate(asset));
  apply(decisions, asset);
  EXPECT_EQ(asset, once);
  // Nothing decided: what the store kept of an earlier decision stays, for history is judged again by it.
  apply({}, asset);
  EXPECT_EQ(asset, once);
  // A carried asset follows a newer decision from what was measured, not from what was decided before.
  decisions.values.insert_or_assign("www.fjord.example:443", DecidedValue{25, 100, true});
  apply(decisions, asset);
  EXPECT_EQ(asset.value, 25);
  EXPECT_EQ(measured_value(asset), 100);
}

TEST(Decisions, ProofCoversTheDomainAndWhatLiesUnderIt) {
  Decisions decisions;
  decisions.proved.insert("fjord.example");
  const auto sure = [&](const char* host) {
    store::Asset asset;
    asset.id = asset.host = host;
    asset.why = {"ct-of:x"};
    apply(decisions, asset);
    return confidence_of(asset.why);
  };
  EXPECT_EQ(sure("fjord.example"), 100);
  EXPECT_EQ(sure("a.b.fjord.example"), 100);
  EXPECT_EQ(sure("notfjord.example"), 60);
}

TEST(Decisions, ConfidenceIsTheBestReasons) {
  EXPECT_EQ(confidence_of({}), 0);
  EXPECT_EQ(confidence_of({"hearsay"}), 0);
  EXPECT_EQ(confidence_of({"given-by-nobody"}), 0);
  EXPECT_EQ(confidence_of({"redirect-of:fjord.example", "web-of:fjord.example"}), 90);
  EXPECT_EQ(confidence_of({"given"}), 100);
}

score::Organisation measured() {
  score::Organisation input;
  input.assets = {{"a", 100}, {"b", 400}};
  score::Finding finding;
  finding.id = "x@b";
  finding.asset = "b";
  finding.sev = score::Severity::high;
  input.findings.push_back(finding);
  input.coverage = score::coverage_share(100 * 9 + 400 * 5, 100 * 10 + 400 * 10);
  return input;
}
const AnswersByAsset kAnswers = {{"a", {9, 10}}, {"b", {5, 10}}};

TEST(Effect, AnAssetLeavesWithItsFindingsAndItsShareOfTheCoverage) {
  const auto after = changed_input(measured(), kAnswers, {{"b"}, {}});
  EXPECT_EQ(after.assets, (std::vector<score::Asset>{{"a", 100}}));
  EXPECT_TRUE(after.findings.empty());
  EXPECT_EQ(after.coverage, 9000);
  EXPECT_GT(score::rate(after).score_cp, score::rate(measured()).score_cp);
}

TEST(Effect, AValueWeighsTheCoverageToo) {
  const auto after = changed_input(measured(), kAnswers, {{}, {{"b", 100}}});
  EXPECT_EQ(after.coverage, 7000);
  EXPECT_EQ(after.assets[1].v, 100U);
  EXPECT_EQ(changed_input(measured(), kAnswers, {}), measured());
}

TEST(Effect, ACoverageThatIsNotExplainedStays) {
  auto input = measured();
  input.coverage = 1234;
  EXPECT_EQ(changed_input(input, kAnswers, {{"b"}, {}}).coverage, 1234);
}

using Line = std::vector<std::string>;

TEST(ReadRows, HeadersInThreeLanguages) {
  const std::vector<Line> rows = {
      {"Virksomheter per i dag"},
      {},
      {"Org.nr.", "Navn", "Type", "Kommunenr", "Folketall_2024", "Målform", "Domener", "Notat"},
      {"123 456 785", "Blåfjell kommune", "Kommune", "301", "15 221,0", "Nynorsk",
       "blåfjell.example fjord.example", "x"},
      {"", "", " "},
      {"", "Fjord Drift AS", "Leverandør"},
  };
  const auto file = read_rows(rows);
  EXPECT_TRUE(file.faults.empty()) << file.faults[0].column << file.faults[0].fault.code;
  ASSERT_EQ(file.items.size(), 2U);
  EXPECT_EQ(file.rows, 2U);
  EXPECT_EQ(file.items[0].row, 4U);
  EXPECT_EQ(file.items[0].details.number, "123456785");
  EXPECT_EQ(file.items[0].details.kind, "municipality");
  EXPECT_EQ(file.items[0].details.population, 15221);
  EXPECT_EQ(file.items[0].details.language, "nn");
  EXPECT_EQ(file.items[0].domains, (Line{"xn--blfjell-fxa.example", "fjord.example"}));
  EXPECT_EQ(file.items[1].row, 6U);
  EXPECT_EQ(file.items[1].details.kind, "supplier");
  EXPECT_FALSE(file.items[1].details.number);
  EXPECT_EQ(file.ignored, Line{"Notat"});
  EXPECT_EQ(file.columns[4], (std::pair<std::string, std::string>{"Folketall_2024", "population"}));
}

TEST(ReadRows, EveryFaultNamesRowAndColumn) {
  const std::vector<Line> rows = {
      {"number", "name", "population", "domain", "supplier of", "criticality"},
      {"123456784", "Wrong number"},
      {"", "Wrong count", "many"},
      {"", "Wrong domain", "", "http://x/ fjord.example"},
      {"", "Wrong customer", "", "", "12 3"},
      {"", "Wrong weight", "", "", "", "3"},
      {"", "", "7"},
      {"123456785", "First"},
      {"123 456 785", "Twice"},
  };
  const auto file = read_rows(rows);
  std::vector<std::string> faults;
  for (const auto& [row, column, fault] : file.faults)
    faults.push_back(std::to_string(row) + " " + column + " " + fault.code);
  EXPECT_EQ(faults, (Line{"2 number number", "3 population count-unreadable", "4 domain target-name",
                          "5 supplier of number", "6 criticality criticality", "7  name-missing",
                          "9 number number-twice"}));
  ASSERT_EQ(file.items.size(), 1U);
  EXPECT_EQ(file.faults.back().fault.values, (Line{"123 456 785", "8"}));
}

TEST(ReadRows, TheFileAsAWhole) {
  const auto code_of = [](const std::vector<Line>& rows) {
    const auto file = read_rows(rows);
    return file.faults.empty() ? std::string() : file.faults[0].fault.code;
  };
  EXPECT_EQ(code_of({}), "no-header");
  EXPECT_EQ(code_of({{"colour", "size"}, {"red", "1"}}), "no-header");
  EXPECT_EQ(code_of({{"name", "number"}}), "no-rows");
  EXPECT_EQ(code_of({{"name", "name"}, {"a", "b"}}), "header-twice");
  // The plainer of two names for the same goes first.
  const auto file = read_rows(std::vector<Line>{{"kommune", "navn"}, {"x", "Blåfjell"}});
  ASSERT_EQ(file.items.size(), 1U);
  EXPECT_EQ(file.items[0].details.name, "Blåfjell");
  EXPECT_EQ(file.ignored, Line{"kommune"});
}

TEST(ReadRows, AHeaderMayBeNamed) {
  const std::vector<Line> rows = {{"Hva", "Nettside vår"}, {"Blåfjell", "www.blafjell.example"}};
  const auto file = read_rows(rows, {{"Hva", "name"}, {"nettside VÅR", "website"}, {"x", "nonsense"}});
  ASSERT_EQ(file.items.size(), 1U);
  EXPECT_EQ(file.items[0].details.name, "Blåfjell");
  EXPECT_EQ(file.items[0].details.website, "www.blafjell.example");
}

TEST(Counts, AreWholeNumbersAsSpreadsheetsWriteThem) {
  const struct {
    const char* cell;
    std::optional<std::int64_t> count;
  } cases[] = {{"0", 0},
               {"15 221", 15221},
               {"15\xC2\xA0"
                "221",
                15221},
               {"15221,00", 15221},
               {"15221.0", 15221},
               {"15.221", std::nullopt},
               {"15,000", std::nullopt},
               {"15221,5", std::nullopt},
               {"-1", std::nullopt},
               {"", std::nullopt},
               {"99999999999999999999", std::nullopt}};
  for (const auto& [cell, count] : cases) EXPECT_EQ(count_from(cell), count) << cell;
}

// Made up, in the shape of Enhetsregisteret.
constexpr std::string_view kUnit = R"({"organisasjonsnummer":"123456785","navn":"BLÅFJELL KOMMUNE",
  "organisasjonsform":{"kode":"KOMM","beskrivelse":"Kommune"},"hjemmeside":"www.blåfjell.example",
  "naeringskode1":{"kode":"84.110"},"institusjonellSektorkode":{"kode":"6500"},"antallAnsatte":712,
  "forretningsadresse":{"kommunenummer":"4699","kommune":"BLÅFJELL"},"maalform":"Nynorsk","konkurs":false,
  "underAvvikling":false,"_links":{"self":{"href":"https://register.example/123456785"}}})";

TEST(ReadUnits, OneUnit) {
  const auto file = read_units(kUnit);
  ASSERT_EQ(file.items.size(), 1U) << file.faults.size();
  const auto& details = file.items[0].details;
  EXPECT_EQ(details.kind, "municipality");
  EXPECT_EQ(details.form, "KOMM");
  EXPECT_EQ(details.sector, "6500");
  EXPECT_EQ(details.industry, "84.110");
  EXPECT_EQ(details.municipality, "4699");
  EXPECT_EQ(details.county, "46");
  EXPECT_EQ(details.employees, 712);
  EXPECT_EQ(details.language, "nn");
  EXPECT_EQ(details.bankrupt, false);
  EXPECT_EQ(file.items[0].domains, (Line{"xn--blfjell-fxa.example"}));
}

TEST(ReadUnits, ListsAndPages) {
  const auto list = "[" + std::string(kUnit) + R"(,{"organisasjonsnummer":"987654325","navn":"FJORD DRIFT AS",
    "organisasjonsform":{"kode":"AS"},"konkurs":true,"overordnetEnhet":"123456785","hjemmeside":"fjord.example/om"}])";
  const auto page = R"({"_embedded":{"enheter":)" + list + R"(},"page":{"size":2}})";
  for (const auto& text : {list, page, "\xEF\xBB\xBF" + list}) {
    const auto file = read_units(text);
    ASSERT_EQ(file.items.size(), 2U) << (file.faults.empty() ? "" : file.faults[0].fault.code);
    EXPECT_EQ(file.items[1].details.bankrupt, true);
    EXPECT_EQ(file.items[1].details.parent, "123456785");
    EXPECT_FALSE(file.items[1].details.kind);
    EXPECT_TRUE(file.items[1].domains.empty());  // a page of a site tells of no domain
  }
}

TEST(ReadUnits, FaultsNameUnitAndMember) {
  const struct {
    const char* name;
    const char* text;
    RowFault fault;
  } cases[] = {
      {"no JSON", "{", {1, "", {"", "no-json", {}}}},
      {"nothing in it", "[]", {1, "", {"", "no-rows", {}}}},
      {"something else", "[{\"x\":1}]", {1, "organisasjonsnummer", {"", "unit-form", {}}}},
      {"wrong number",
       R"([{"organisasjonsnummer":"123456789","navn":"X"}])",
       {1, "organisasjonsnummer", {"number", "number", {"123456789"}}}},
      {"a sub-unit",
       R"([{"organisasjonsnummer":"123456785","navn":"X","organisasjonsform":{"kode":"BEDR"},"overordnetEnhet":"987654325"}])",
       {1, "organisasjonsform", {"form", "sub-unit", {"987654325"}}}},
      {"deleted",
       R"([{"organisasjonsnummer":"123456785","navn":"X","slettedato":"2026-01-01"}])",
       {1, "slettedato", {"", "unit-deleted", {"2026-01-01"}}}},
      {"without a name",
       R"([{"organisasjonsnummer":"123456785"}])",
       {1, "navn", {"name", "name-missing", {}}}},
      {"twice",
       R"([{"organisasjonsnummer":"123456785","navn":"X"},{"organisasjonsnummer":"123456785","navn":"X"}])",
       {2, "organisasjonsnummer", {"number", "number-twice", {"123 456 785", "1"}}}},
  };
  for (const auto& [name, text, fault] : cases) {
    const auto file = read_units(text);
    ASSERT_EQ(file.faults.size(), 1U) << name;
    EXPECT_EQ(file.faults[0], fault) << name << ": " << file.faults[0].fault.code;
  }
}

TEST(ReadUnits, KindsOfPublicBodies) {
  const struct {
    const char* form;
    const char* sector;
    Text kind;
  } cases[] = {{"KOMM", "6500", "municipality"}, {"FYLK", "6500", "county"},  {"STAT", "6100", "state"},
               {"ORGL", "6100", "state"},        {"SÆR", "6100", "state"},    {"ORGL", "6500", std::nullopt},
               {"IKS", "1510", std::nullopt},    {"AS", "2100", std::nullopt}};
  for (const auto& [form, sector, kind] : cases) {
    const auto text = R"({"organisasjonsnummer":"123456785","navn":"X","organisasjonsform":{"kode":")" +
                      std::string(form) + R"("},"institusjonellSektorkode":{"kode":")" + sector + "\"}}";
    const auto file = read_units(text);
    ASSERT_EQ(file.items.size(), 1U) << form;
    EXPECT_EQ(file.items[0].details.kind, kind) << form << " " << sector;
  }
}

}  // namespace
}  // namespace utsyn::footprint
