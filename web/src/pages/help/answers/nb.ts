import type { Answers } from '../topics'

export default {
  begin: { question: 'Hvor begynner jeg?', answer: [
    'Velg virksomhet øverst til venstre, eller trykk Ctrl K og skriv navnet. Oversikten svarer på om det blir bedre, og hva som gir mest å gjøre i dag.',
    'Er virksomheten ny, går [Kom i gang](/start) fra navn og domene til de første poengene på under fem minutter.',
  ] },
  today: { question: 'Hva skal jeg gjøre i dag?', answer: [
    'Se «Fem tiltak som gir mest» på oversikten. Hvert tiltak sier hvor mange poeng det gir alene, og omtrent hvor lang tid det tar.',
    'Se så det som er over frist i listen over funn. Tildel funn til dem som skal rette, og mål på nytt når det er gjort: et funn lukkes bare av en ny måling.',
  ] },
  score: { question: 'Hvordan lages poengene?', answer: [
    'Alle begynner på 100. Hvert åpent funn trekker etter alvor, trussel, hvor sikkert beviset er, hvor gammelt det er, om fristen er passert, hvem som rår over det og hva som er bestemt om det. Verdien av det som er rammet, teller med.',
    'Hver hundredel har en linje, og linjene summerer nøyaktig. «Poeng forklart» viser dem for din virksomhet, og [Metode](/metode) lar deg prøve formelen og lese hver tabell.',
    'Metoden er den samme for alle, er åpen, og kan regnes etter av hvem som helst fra kvitteringen. Konstantene er ekspertanslag; poengene er ikke en sannsynlighet for angrep.',
  ] },
  grades: { question: 'Hva betyr karakteren, intervallet og dekningen?', answer: [
    'A er fra 90, B fra 80, C fra 70, D fra 60, og F er under. Poeng kuttes til én desimal og rundes aldri opp til en bedre karakter.',
    'Intervallet er hvor poengene kunne ligget om det vi ikke så, var like dårlig som hos andre, eller om bare de sikre funnene talte. Dekningen er hvor stor del av kontrollene som ga svar. Under 50 % gis ingen karakter: da står det U.',
  ] },
  unknown: { question: 'Hva betyr «ukjent»?', answer: [
    'At vi ikke fikk sett etter: tidsavbrudd, en brannmur som stengte, et navneoppslag som feilet, eller et datasett som ikke er installert. Ukjent er verken feil eller i orden, og trekker ikke.',
    'Ukjent senker dekningen og gjør intervallet bredere. Et funn vi ikke lenger får sett, blir stående og svekkes fra dag 14 til dag 90.',
  ] },
  moved: { question: 'Hvorfor flyttet poengene seg?', answer: [
    'Under «Poeng forklart» deles hver endring i metode, fotavtrykk, trusseldata, behandling, aldring og funn. Delene summerer nøyaktig til endringen.',
    'Ny metode vises som et brudd i kurven, aldri som en stille overgang.',
  ] },
  plan: { question: 'Hvordan finner jeg minst arbeid til et mål?', answer: [
    'Åpne «Poeng forklart» og «Hva om». Kryss av tiltak og se poengene, eller sett et mål og trykk «Finn minst arbeid».',
    'Med få tiltak prøves hver kombinasjon, så svaret er det billigste. Timene er anslag; egne tall kan sendes gjennom API-et.',
  ] },
  recheck: { question: 'Hvordan måler jeg på nytt?', answer: [
    'Åpne funnet og trykk «Mål på nytt». Du ser hvor langt målingen er kommet, og dom og poeng før og etter. Du kan forlate siden; målingen går videre.',
    'Hele virksomheten måles på nytt fra oversikten. Det er plass til 60 målinger i timen for én virksomhet, og seks av alt.',
  ] },
  fix: { question: 'Hvordan retter jeg et funn?', answer: [
    'Funnet sier hva som skal til, og har linjer å kopiere for nginx, Apache, IIS, Microsoft 365, Google Workspace og DNS der det passer. Navnet på verten er fylt inn.',
    'Prøv i et testmiljø først. Hver kontroll har sin egen side under [Metode](/metode) med eksempler på hva som består og ikke.',
  ] },
  accept: { question: 'Hva er forskjellen på å akseptere og å kompensere?', answer: [
    'Å akseptere er å leve med risikoen: den trenger en eier ved navn, en grunn og en sluttdato innen 365 dager. Poengene endres ikke, men de håndterte poengene ved siden av teller den ikke.',
    'Å kompensere er å gjøre noe annet som demper. En annen person må ha sett tiltaket og godkjenne det, fra [Venter på svar](/venter). Funnet teller da halvt, til sluttdatoen innen 180 dager.',
  ] },
  dispute: { question: 'Hva er en innsigelse, og når får jeg svar?', answer: [
    'Mener du målingen er feil, send en innsigelse med bevis fra funnet. Svarfristen er fem virkedager; norske helligdager teller ikke, og dagen slutter ved midnatt i Oslo.',
    'Mens den behandles, er poengene uendret og merket. Får du ikke svar i tide, teller funnet ikke før svaret kommer. Får du medhold, teller det ikke. Blir det avvist, trengs nytt bevis for en ny innsigelse. Den som spør, svarer aldri selv. Det som ikke er besvart, står under [Venter på svar](/venter).',
  ] },
  footprint: { question: 'Hvorfor står denne verten på oss?', answer: [
    'Fotavtrykket sier for hver vert hvorfor vi tror den er deres, og hvor sikre vi er. Bekreft det som er deres, og avvis resten med en grunn og noe som viser det.',
    'En avvist vert måles og teller ikke lenger. Ligger den hos en leverandør, teller funnene hos leverandøren.',
  ] },
  ownership: { question: 'Hvordan beviser vi at domenet er vårt?', answer: [
    'Gå til Fotavtrykk og start beviset for domenet. Du får en kode som publiseres på én av to måter:',
    '- som TXT-post: `_utsyn-challenge.example.no` med verdien `utsyn-challenge=KODE`',
    '- som fil: `https://example.no/.well-known/utsyn-challenge` med koden i, med gyldig sertifikat og uten videresending',
    'Trykk så «Sjekk nå». Beviset gjelder et år. En kontroll som ikke finner det lenger, avslutter det; en som ikke fikk sett etter, gjør det ikke.',
  ] },
  profiles: { question: 'Hva er kjerne og full?', answer: [
    'Kjerne er spørsmål alle kan stille en tjener på internett uten å sjenere noen. De stilles til alle i fotavtrykket.',
    'Full er mer inngående, for eksempel om en tjener er sårbar for kjente angrep. Den krever både bevis for at domenet er deres og et samtykke som kan trekkes når som helst. Å samtykke endrer ingen poeng i seg selv.',
  ] },
  board: { question: 'Hvordan får jeg styrerapporten?', answer: [
    'Åpne «Ledelse». Velg én eller fem sider og språk, og trykk «Last ned PDF». Den er tagget for skjermleser og har søkbar tekst.',
    'Står det at PDF ikke kan lages, mangler tjeneren WeasyPrint; HTML virker likevel. Fem sider forteller om funn og krever tilgang til dem.',
  ] },
  target: { question: 'Hvordan setter vi et mål?', answer: [
    'Velg målet på ledersiden. Det følger med i adressen og i rapporten, så den som får lenken, ser det samme. Målet flytter ingen poeng.',
  ] },
  suppliers: { question: 'Hvordan følger jeg leverandørene?', answer: [
    'Registrer hvem som leverer til dere og hvor viktig leveransen er. Ledersiden teller leverandører under 70 poeng, og porteføljen sammenlikner dem.',
    'Du ser poengene til dem som leverer til dere; en administrator kan gi deg tilgang til funnene. Den første brukeren hos en leverandør kan du invitere selv.',
  ] },
  supplier: { question: 'Jeg er leverandør. Hva kan jeg gjøre?', answer: [
    'Du ser egen virksomhet i sin helhet, uten å betale: funn, bevis og poeng. Du kan rette, måle på nytt, sende innsigelse og rydde i fotavtrykket.',
    'Kunder ser poengene deres. Funn og bevis ser bare den som har fått det av en administrator, og de kan ikke akseptere risiko på deres vegne. Kolleger inviterer du fra [Invitasjoner](/administrasjon/invitasjoner).',
  ] },
  peers: { question: 'Hvem sammenliknes vi med?', answer: [
    'Med virksomheter av samme slag: KOSTRA-gruppe, innbyggertall, sektor og alle. Bare de som er målt og har samtykket til å telle med, eller som du ser fra før, er med.',
    'En gruppe på færre enn fem vises ikke, og heller ikke en som ville røpe hva som er trukket fra. Det er ingen rangliste.',
  ] },
  nation: { question: 'Hvordan leser jeg det nasjonale bildet?', answer: [
    'Kartet har én like stor rute for hver kommune, og stripen ved siden av viser fordelingen i hver gruppe. Ikke målt er skravert og telles for seg; det er aldri null.',
    'Grupper under fem er skjult for alle uten myndighetstilgang.',
  ] },
  tables: { question: 'Hvordan får jeg ut tallene?', answer: [
    'Alle tabeller kan lastes ned som XLSX eller CSV. Bak hver figur ligger en tabell: trykk «Vis som tabell».',
    'Det samme finnes gjennom [API-et](/api/v1/openapi.json). Lag en token under [Konto](/konto); den ser det du ser, og ikke mer.',
  ] },
  alerts: { question: 'Hvordan får jeg varsler uten å drukne i dem?', answer: [
    'Vanlig e-post kommer som et sammendrag. Bare kjente utnyttede og kritiske funn kommer straks. Under Varsler velger du hendelser, mottakere og kanaler.',
  ] },
  access: { question: 'Hvem ser hva?', answer: [
    'Rollen bestemmer hva man kan gjøre, og en tildeling hvilke andre virksomheter man ser: bare poeng, funn, eller bevis. Egen virksomhet ses i sin helhet.',
    'En virksomhet du ikke får se, svarer nøyaktig som en som ikke finnes. Brukere kommer til med en lenke som virker én gang; det finnes ingen standardpassord.',
  ] },
  operate: { question: 'Hvordan drifter jeg Utsyn?', answer: [
    'Driften står i `docs/operations.md` som følger med: sikkerhetskopi, oppgradering, stoppbryter og `utsyn doctor`, som sier hva som er galt og hva neste steg er.',
    'Ta kopi av nøkkelfila for seg selv. Trenger noen nytt passord: `utsyn user reset BRUKER` på maskinen.',
  ] },
  keyboard: { question: 'Hvilke hurtigtaster finnes?', answer: [
    '- `Ctrl K` søker etter virksomheter, funn, kontroller og hjelp, fra hvor som helst',
    '- `Tab` til første lenke hopper over menyen',
    '- i listen over funn: `j` og `k` ned og opp, `x` velger, `/` søker, `?` viser alle',
    '- i fotavtrykket: piltastene går fra eiendel til eiendel, og mellom valgene for en',
    '- piltastene bytter fane; `Esc` lukker en dialog',
  ] },
  privacy: { question: 'Hva spør Utsyn tjenere om, og hva lagres?', answer: [
    'Utsyn slår opp navn i DNS, kobler seg til porter som er åpne for alle, leser sertifikater og hoder, og henter forsiden og noen få faste adresser. Kjernen logger aldri inn, gjetter aldri passord og utnytter aldri feil. Det spørres med måte, høyst noen få forbindelser om gangen til hver adresse.',
    'Det som lagres, er svarene: DNS-poster, sertifikater, hoder og bannere, med tid. Innhold på sidene og personopplysninger samles ikke inn. Brukere har navn, brukernavn og det de har gjort, i en logg.',
    'Ingenting sendes ut av tjenesten: ingen skrifter, kart eller måling av besøk fra andre.',
  ] },
  object: { question: 'Hvordan reserverer vi oss mot å bli målt?', answer: [
    'Be den som drifter Utsyn føre navn, adresser eller nett på reservasjonslisten. Et navn dekker alt under det, og listen går foran alt annet fra neste måling.',
    'Det som var kjent fra før, blir stående. Et samtykke til full måling trekkes fra Fotavtrykk, og gjelder med en gang.',
  ] },
  accessibility: { question: 'Hva kan stå i tilgjengelighetserklæringen?', answer: [
    'Nettløsningen er laget etter WCAG 2.2 nivå A og AA. Den som drifter Utsyn, er ansvarlig for erklæringen på uustatus.no; dette er det byggingen prøver:',
    '- hver side med axe (regler for WCAG 2.0, 2.1 og 2.2, A og AA) i lyst og mørkt, på 1440 og 390 piksler: ingen brudd',
    '- bare tastatur, synlig fokus, hopp til innhold, overskrift får fokus ved sidebytte, forstørring til 400 %',
    '- hver figur har tekst, tabell bak, og punkter som kan få fokus; farge står aldri alene',
    'Kjente mangler: ikke prøvd av personer med skjermleser; PDF-ene er tagget (PDF/UA-1), men ikke prøvd i en PDF/UA-validator; eksempler på situasjoner i Metode står på engelsk.',
  ] },
  contact: { question: 'Hvem spør jeg?', answer: [
    'Om tilgang og brukere: administratoren hos dere. Om feil i tjenesten: den som drifter Utsyn. Ta med nummeret bak «ref.» i feilmeldingen; da finner de den i loggen.',
    'Om et funn som er feil: send en [innsigelse](/hjelp#dispute) fra funnet, så får du svar innen fristen.',
  ] },
} satisfies Answers
