import type { Answers } from '../topics'

export default {
  begin: { question: 'Kvar byrjar eg?', answer: [
    'Vel verksemd øvst til venstre, eller trykk Ctrl K og skriv namnet. Oversikta svarar på om det blir betre, og kva som gir mest å gjere i dag.',
    'Er verksemda ny, går [Kom i gang](/start) frå namn og domene til dei fyrste poenga på under fem minutt.',
  ] },
  today: { question: 'Kva skal eg gjere i dag?', answer: [
    'Sjå «Fem tiltak som gir mest» på oversikta. Kvart tiltak seier kor mange poeng det gir åleine, og omtrent kor lang tid det tek.',
    'Sjå så det som er over frist i lista over funn. Tildel funn til dei som skal rette, og mål på nytt når det er gjort: eit funn blir berre lukka av ei ny måling.',
  ] },
  score: { question: 'Korleis blir poenga laga?', answer: [
    'Alle byrjar på 100. Kvart ope funn trekkjer etter alvor, trussel, kor sikkert provet er, kor gammalt det er, om fristen er ute, kven som rår over det og kva som er bestemt om det. Verdien av det som er ramma, tel med.',
    'Kvar hundredel har ei linje, og linjene summerer nøyaktig. «Poeng forklarte» viser dei for verksemda di, og [Metode](/metode) lèt deg prøve formelen og lese kvar tabell.',
    'Metoden er den same for alle, er open, og kan reknast etter av kven som helst frå kvitteringa. Konstantane er ekspertoverslag; poenga er ikkje eit sannsyn for åtak.',
  ] },
  grades: { question: 'Kva tyder karakteren, intervallet og dekninga?', answer: [
    'A er frå 90, B frå 80, C frå 70, D frå 60, og F er under. Poeng blir kutta til éin desimal og aldri runda opp til ein betre karakter.',
    'Intervallet er kvar poenga kunne ha lege om det vi ikkje såg, var like dårleg som hos andre, eller om berre dei sikre funna talde. Dekninga er kor stor del av kontrollane som gav svar. Under 50 % blir det ikkje gitt karakter: då står det U.',
  ] },
  unknown: { question: 'Kva tyder «ukjend»?', answer: [
    'At vi ikkje fekk sett etter: tidsavbrot, ein brannmur som stengde, eit namneoppslag som feila, eller eit datasett som ikkje er installert. Ukjend er korkje feil eller i orden, og trekkjer ikkje.',
    'Ukjend senkar dekninga og gjer intervallet breiare. Eit funn vi ikkje lenger får sett, blir ståande og blir veikt frå dag 14 til dag 90.',
  ] },
  moved: { question: 'Kvifor flytta poenga seg?', answer: [
    'Under «Poeng forklarte» blir kvar endring delt i metode, fotavtrykk, trusseldata, handsaming, aldring og funn. Delane summerer nøyaktig til endringa.',
    'Ny metode blir vist som eit brot i kurva, aldri som ein stille overgang.',
  ] },
  plan: { question: 'Korleis finn eg minst arbeid til eit mål?', answer: [
    'Opne «Poeng forklarte» og «Kva om». Kryss av tiltak og sjå poenga, eller set eit mål og trykk «Finn minst arbeid».',
    'Med få tiltak blir kvar kombinasjon prøvd, så svaret er det billegaste. Timane er overslag; eigne tal kan sendast gjennom API-et.',
  ] },
  recheck: { question: 'Korleis måler eg på nytt?', answer: [
    'Opne funnet og trykk «Mål på nytt». Du ser kor langt målinga er komen, og dom og poeng før og etter. Du kan forlate sida; målinga går vidare.',
    'Heile verksemda blir målt på nytt frå oversikta. Det er plass til 60 målingar i timen for éi verksemd, og seks av alt.',
  ] },
  fix: { question: 'Korleis rettar eg eit funn?', answer: [
    'Funnet seier kva som skal til, og har linjer å kopiere for nginx, Apache, IIS, Microsoft 365, Google Workspace og DNS der det passar. Namnet på verten er fylt inn.',
    'Prøv i eit testmiljø fyrst. Kvar kontroll har si eiga side under [Metode](/metode) med døme på kva som består og ikkje.',
  ] },
  accept: { question: 'Kva er skilnaden på å akseptere og å kompensere?', answer: [
    'Å akseptere er å leve med risikoen: han treng ein eigar ved namn, ein grunn og ein sluttdato innan 365 dagar. Poenga blir ikkje endra, men dei handterte poenga ved sida av tel han ikkje.',
    'Å kompensere er å gjere noko anna som dempar. Ein annan person må ha sett tiltaket og godkjenne det, frå [Ventar på svar](/venter). Funnet tel då halvt, til sluttdatoen innan 180 dagar.',
  ] },
  dispute: { question: 'Kva er ei motsegn, og når får eg svar?', answer: [
    'Meiner du målinga er feil, send ei motsegn med prov frå funnet. Svarfristen er fem verkedagar; norske heilagdagar tel ikkje, og dagen sluttar ved midnatt i Oslo.',
    'Medan ho blir handsama, er poenga uendra og merkte. Får du ikkje svar i tide, tel funnet ikkje før svaret kjem. Får du medhald, tel det ikkje. Blir ho avvist, trengst nytt prov for ei ny motsegn. Den som spør, svarar aldri sjølv. Det som ikkje er svara på, står under [Ventar på svar](/venter).',
  ] },
  footprint: { question: 'Kvifor står denne verten på oss?', answer: [
    'Fotavtrykket seier for kvar vert kvifor vi trur han er dykkar, og kor sikre vi er. Stadfest det som er dykkar, og avvis resten med ein grunn og noko som viser det.',
    'Ein avvist vert blir ikkje målt og tel ikkje lenger. Ligg han hos ein leverandør, tel funna hos leverandøren.',
  ] },
  ownership: { question: 'Korleis provar vi at domenet er vårt?', answer: [
    'Gå til Fotavtrykk og start provet for domenet. Du får ein kode som blir publisert på éin av to måtar:',
    '- som TXT-post: `_utsyn-challenge.example.no` med verdien `utsyn-challenge=KODE`',
    '- som fil: `https://example.no/.well-known/utsyn-challenge` med koden i, med gyldig sertifikat og utan vidaresending',
    'Trykk så «Sjekk no». Provet gjeld eitt år. Ein kontroll som ikkje finn det lenger, avsluttar det; ein som ikkje fekk sett etter, gjer det ikkje.',
  ] },
  profiles: { question: 'Kva er kjerne og full?', answer: [
    'Kjerne er spørsmål alle kan stille ein tenar på internett utan å sjenere nokon. Dei blir stilte til alle i fotavtrykket.',
    'Full er meir inngåande, til dømes om ein tenar er sårbar for kjende åtak. Han krev både prov for at domenet er dykkar og eit samtykke som kan trekkjast når som helst. Å samtykkje endrar ingen poeng i seg sjølv.',
  ] },
  board: { question: 'Korleis får eg styrerapporten?', answer: [
    'Opne «Leiing». Vel éi eller fem sider og språk, og trykk «Last ned PDF». Han er tagga for skjermlesar og har søkbar tekst.',
    'Står det at PDF ikkje kan lagast, manglar tenaren WeasyPrint; HTML verkar likevel. Fem sider fortel om funn og krev tilgang til dei.',
  ] },
  target: { question: 'Korleis set vi eit mål?', answer: [
    'Vel målet på leiarsida. Det følgjer med i adressa og i rapporten, så den som får lenkja, ser det same. Målet flyttar ingen poeng.',
  ] },
  suppliers: { question: 'Korleis følgjer eg leverandørane?', answer: [
    'Registrer kven som leverer til dykk og kor viktig leveransen er. Leiarsida tel leverandørar under 70 poeng, og porteføljen samanliknar dei.',
    'Du ser poenga til dei som leverer til dykk; ein administrator kan gi deg tilgang til funna. Den fyrste brukaren hos ein leverandør kan du invitere sjølv.',
  ] },
  supplier: { question: 'Eg er leverandør. Kva kan eg gjere?', answer: [
    'Du ser eiga verksemd heilt, utan å betale: funn, prov og poeng. Du kan rette, måle på nytt, sende motsegn og rydde i fotavtrykket.',
    'Kundar ser poenga dykkar. Funn og prov ser berre den som har fått det av ein administrator, og dei kan ikkje akseptere risiko på dykkar vegner. Kollegaer inviterer du frå [Invitasjonar](/administrasjon/invitasjoner).',
  ] },
  peers: { question: 'Kven blir vi samanlikna med?', answer: [
    'Med verksemder av same slag: KOSTRA-gruppe, folketal, sektor og alle. Berre dei som er målte og har samtykt til å telje med, eller som du ser frå før, er med.',
    'Ei gruppe på færre enn fem blir ikkje vist, og heller ikkje ei som ville røpe kva som er trekt frå. Det er inga rangliste.',
  ] },
  nation: { question: 'Korleis les eg det nasjonale biletet?', answer: [
    'Kartet har éi like stor rute for kvar kommune, og stripa ved sida av viser fordelinga i kvar gruppe. Ikkje målt er skravert og blir talt for seg; det er aldri null.',
    'Grupper under fem er skjulte for alle utan styresmaktstilgang.',
  ] },
  tables: { question: 'Korleis får eg ut tala?', answer: [
    'Alle tabellar kan lastast ned som XLSX eller CSV. Bak kvar figur ligg ein tabell: trykk «Vis som tabell».',
    'Det same finst gjennom [API-et](/api/v1/openapi.json). Lag ein token under [Konto](/konto); han ser det du ser, og ikkje meir.',
  ] },
  alerts: { question: 'Korleis får eg varsel utan å drukne i dei?', answer: [
    'Vanleg e-post kjem som eit samandrag. Berre kjende utnytta og kritiske funn kjem straks. Under Varsel vel du hendingar, mottakarar og kanalar.',
  ] },
  access: { question: 'Kven ser kva?', answer: [
    'Rolla avgjer kva ein kan gjere, og ei tildeling kva andre verksemder ein ser: berre poeng, funn, eller prov. Eiga verksemd ser ein heilt.',
    'Ei verksemd du ikkje får sjå, svarar nøyaktig som ei som ikkje finst. Brukarar kjem til med ei lenkje som verkar éin gong; det finst ingen standardpassord.',
  ] },
  operate: { question: 'Korleis driftar eg Utsyn?', answer: [
    'Drifta står i `docs/operations.md` som følgjer med: tryggingskopi, oppgradering, stoppbrytar og `utsyn doctor`, som seier kva som er gale og kva neste steg er.',
    'Ta kopi av nøkkelfila for seg sjølv. Treng nokon nytt passord: `utsyn user reset BRUKAR` på maskina.',
  ] },
  keyboard: { question: 'Kva snøggtastar finst?', answer: [
    '- `Ctrl K` søkjer etter verksemder, funn, kontrollar og hjelp, frå kvar som helst',
    '- `Tab` til fyrste lenkja hoppar over menyen',
    '- i lista over funn: `j` og `k` ned og opp, `x` vel, `/` søkjer, `?` viser alle',
    '- i fotavtrykket: piltastane går frå eigedel til eigedel, og mellom vala for ein',
    '- piltastane byter fane; `Esc` lukkar ein dialog',
  ] },
  privacy: { question: 'Kva spør Utsyn tenarar om, og kva blir lagra?', answer: [
    'Utsyn slår opp namn i DNS, koplar seg til portar som er opne for alle, les sertifikat og hovud, og hentar framsida og nokre få faste adresser. Kjernen loggar aldri inn, gissar aldri passord og utnyttar aldri feil. Det blir spurt med måte, høgst nokre få samband om gongen til kvar adresse.',
    'Det som blir lagra, er svara: DNS-postar, sertifikat, hovud og banner, med tid. Innhald på sidene og personopplysningar blir ikkje samla inn. Brukarar har namn, brukarnamn og det dei har gjort, i ein logg.',
    'Ingenting blir sendt ut av tenesta: ingen skrifter, kart eller måling av besøk frå andre.',
  ] },
  object: { question: 'Korleis reserverer vi oss mot å bli målte?', answer: [
    'Be den som driftar Utsyn føre namn, adresser eller nett på reservasjonslista. Eit namn dekkjer alt under det, og lista går framfor alt anna frå neste måling.',
    'Det som var kjent frå før, blir ståande. Eit samtykke til full måling blir trekt frå Fotavtrykk, og gjeld med ein gong.',
  ] },
  accessibility: { question: 'Kva kan stå i tilgjengeerklæringa?', answer: [
    'Nettløysinga er laga etter WCAG 2.2 nivå A og AA. Den som driftar Utsyn, er ansvarleg for erklæringa på uustatus.no; dette er det bygginga prøver:',
    '- kvar side med axe (reglar for WCAG 2.0, 2.1 og 2.2, A og AA) i lyst og mørkt, på 1440 og 390 pikslar: ingen brot',
    '- berre tastatur, synleg fokus, hopp til innhald, overskrifta får fokus ved sidebyte, forstørring til 400 %',
    '- kvar figur har tekst, tabell bak, og punkt som kan få fokus; farge står aldri åleine',
    'Kjende manglar: ikkje prøvd av personar med skjermlesar; PDF-ane er tagga (PDF/UA-1), men ikkje prøvde i ein PDF/UA-validator; døme på situasjonar i Metode står på engelsk.',
  ] },
  contact: { question: 'Kven spør eg?', answer: [
    'Om tilgang og brukarar: administratoren hos dykk. Om feil i tenesta: den som driftar Utsyn. Ta med nummeret bak «ref.» i feilmeldinga; då finn dei ho i loggen.',
    'Om eit funn som er feil: send ei [motsegn](/hjelp#dispute) frå funnet, så får du svar innan fristen.',
  ] },
} satisfies Answers
