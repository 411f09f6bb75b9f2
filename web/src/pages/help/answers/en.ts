import type { Answers } from '../topics'

export default {
  begin: { question: 'Where do I begin?', answer: [
    'Choose an organisation at the top left, or press Ctrl K and type its name. The overview answers whether it is getting better, and what gains most to do today.',
    'For a new organisation, [Get started](/start) goes from name and domain to the first score in under five minutes.',
  ] },
  today: { question: 'What do I do today?', answer: [
    'See “Five actions that gain most” on the overview. Each says how many points it gains alone, and roughly how long it takes.',
    'Then see what is past due in the list of findings. Assign findings to those who are to fix them, and measure again when it is done: only a new measurement closes a finding.',
  ] },
  score: { question: 'How is the score made?', answer: [
    'Everybody begins at 100. Each open finding takes away by severity, threat, how certain the evidence is, how old it is, whether its deadline has passed, who controls it and what was decided about it. The value of what is affected counts.',
    'Every hundredth has a line, and the lines add up exactly. “Score explained” shows them for your organisation, and [Method](/metode) lets you try the formula and read every table.',
    'The method is the same for all, is open, and can be computed again by anybody from the receipt. The constants are expert opinion; the score is not a probability of attack.',
  ] },
  grades: { question: 'What do the grade, the interval and the coverage mean?', answer: [
    'A is from 90, B from 80, C from 70, D from 60, and F is below. A score is cut to one decimal and never rounded up into a better grade.',
    'The interval is where the score could be if what we did not see were as bad as with others, or if only the certain findings counted. Coverage is the share of checks that gave an answer. Below 50 % there is no grade: it says U.',
  ] },
  unknown: { question: 'What does “unknown” mean?', answer: [
    'That we could not look: a timeout, a firewall that shut, a name look-up that failed, or a data set that is not installed. Unknown is neither a fault nor in order, and takes nothing away.',
    'Unknown lowers the coverage and widens the interval. A finding that we no longer get to see stays, and fades from day 14 to day 90.',
  ] },
  moved: { question: 'Why did the score move?', answer: [
    'Under “Score explained” each change is split into method, footprint, threat data, treatment, ageing and findings. The parts add up exactly to the change.',
    'A new method is shown as a break in the curve, never as a silent transition.',
  ] },
  plan: { question: 'How do I find the least work to a target?', answer: [
    'Open “Score explained” and “What if”. Tick actions and see the score, or set a target and press “Find least work”.',
    'With few actions every combination is tried, so the answer is the cheapest. The hours are estimates; figures of your own can be sent through the API.',
  ] },
  recheck: { question: 'How do I measure again?', answer: [
    'Open the finding and press “Measure again”. You see how far it has come, and verdict and score before and after. You may leave the page; the measurement goes on.',
    'The whole organisation is measured again from the overview. There is room for 60 measurements an hour for one organisation, and six of all of it.',
  ] },
  fix: { question: 'How do I fix a finding?', answer: [
    'The finding says what it takes, and has lines to copy for nginx, Apache, IIS, Microsoft 365, Google Workspace and DNS where they apply. The name of the host is filled in.',
    'Try it in a test environment first. Each check has a page of its own under [Method](/metode) with examples of what passes and what does not.',
  ] },
  accept: { question: 'What is the difference between accepting and compensating?', answer: [
    'To accept is to live with the risk: it takes an owner by name, a reason and an end date within 365 days. The score does not change, but the managed score beside it leaves the finding out.',
    'To compensate is to do something else that softens it. Another person must have seen the control and approve it, from [Waiting for an answer](/venter). The finding then counts half, until the end date within 180 days.',
  ] },
  dispute: { question: 'What is a dispute, and when do I get an answer?', answer: [
    'If you think the measurement is wrong, send a dispute with evidence from the finding. The answer is due within five working days; Norwegian holidays do not count, and a day ends at midnight in Oslo.',
    'Meanwhile the score is unchanged and flagged. If no answer comes in time, the finding does not count until it does. If it is upheld, it does not count. If it is rejected, a new dispute takes new evidence. Who asks never answers. What is unanswered stands under [Waiting for an answer](/venter).',
  ] },
  footprint: { question: 'Why is this host counted as ours?', answer: [
    'The footprint says for each host why we believe it is yours, and how sure we are. Confirm what is yours, and reject the rest with a reason and what shows it.',
    'A rejected host is no longer measured and does not count. If it is a supplier’s, its findings count with the supplier.',
  ] },
  ownership: { question: 'How do we prove that the domain is ours?', answer: [
    'Go to Footprint and start the proof for the domain. You get a code that is published in one of two ways:',
    '- as a TXT record: `_utsyn-challenge.example.no` with the value `utsyn-challenge=CODE`',
    '- as a file: `https://example.no/.well-known/utsyn-challenge` holding the code, with a valid certificate and without a redirect',
    'Then press “Check now”. The proof holds for a year. A check that no longer finds it ends it; one that could not look does not.',
  ] },
  profiles: { question: 'What are core and full?', answer: [
    'Core is questions that anybody may ask a server on the internet without troubling anyone. They are asked of everything in the footprint.',
    'Full goes deeper, for example whether a server is vulnerable to known attacks. It takes both proof that the domain is yours and a consent that can be withdrawn at any time. Consenting changes no score in itself.',
  ] },
  board: { question: 'How do I get the board report?', answer: [
    'Open “Leadership”. Choose one or five pages and a language, and press “Download PDF”. It is tagged for screen readers and its text can be searched.',
    'If it says that PDF cannot be made, the server lacks WeasyPrint; HTML still works. Five pages tell of findings and take access to them.',
  ] },
  target: { question: 'How do we set a target?', answer: [
    'Choose the target on the leader page. It goes with the address and into the report, so that who gets the link sees the same. A target moves no points.',
  ] },
  suppliers: { question: 'How do I follow the suppliers?', answer: [
    'Register who delivers to you and how important the delivery is. The leader page counts suppliers below 70 points, and the portfolio compares them.',
    'You see the score of those who deliver to you; an administrator can give you access to their findings. The first user at a supplier you may invite yourself.',
  ] },
  supplier: { question: 'I am a supplier. What can I do?', answer: [
    'You see your own organisation whole, without paying: findings, evidence and score. You can fix, measure again, send disputes and tidy the footprint.',
    'Customers see your score. Findings and evidence are seen only by those whom an administrator has given them to, and they cannot accept a risk in your name. Colleagues you invite from [Invitations](/administrasjon/invitasjoner).',
  ] },
  peers: { question: 'Whom are we compared with?', answer: [
    'With organisations of the same kind: KOSTRA group, population, sector and all. Only those are counted that are measured and have consented to be, or that you see already.',
    'A group of fewer than five is not shown, nor one that would give away what was left out. There is no ranking.',
  ] },
  nation: { question: 'How do I read the national picture?', answer: [
    'The map has one tile of the same size for each municipality, and the strip beside it shows the distribution in each group. Not measured is hatched and counted by itself; it is never zero.',
    'Groups below five are hidden from all without the access of an authority.',
  ] },
  tables: { question: 'How do I get the figures out?', answer: [
    'Every table can be downloaded as XLSX or CSV. Behind each figure lies a table: press “Show as table”.',
    'The same is there through the [API](/api/v1/openapi.json). Make a token under [Account](/konto); it sees what you see, and no more.',
  ] },
  alerts: { question: 'How do I get alerts without drowning in them?', answer: [
    'Ordinary mail comes as a digest. Only known exploited and critical findings come at once. Under Alerts you choose events, receivers and channels.',
  ] },
  access: { question: 'Who sees what?', answer: [
    'The role decides what one may do, and a grant which other organisations one sees: the score alone, findings, or evidence. One’s own organisation is seen whole.',
    'An organisation that you may not see answers exactly as one that does not exist. Users come by a link that works once; there are no default passwords.',
  ] },
  operate: { question: 'How do I run Utsyn?', answer: [
    'Running it is described in `docs/operations.md`, which comes with it: backup, upgrade, stop switch, and `utsyn doctor`, which says what is wrong and what the next step is.',
    'Back up the key file by itself. If somebody needs a new password: `utsyn user reset USER` on the machine.',
  ] },
  keyboard: { question: 'Which keyboard shortcuts are there?', answer: [
    '- `Ctrl K` searches organisations, findings, checks and help, from anywhere',
    '- `Tab` to the first link skips the menu',
    '- in the list of findings: `j` and `k` down and up, `x` selects, `/` searches, `?` shows them all',
    '- in the footprint: the arrow keys go from asset to asset, and between the choices for one',
    '- arrow keys change tabs; `Esc` closes a dialog',
  ] },
  privacy: { question: 'What does Utsyn ask of servers, and what is kept?', answer: [
    'Utsyn looks up names in DNS, connects to ports that are open to all, reads certificates and headers, and fetches the front page and a few fixed addresses. The core never logs in, never guesses passwords and never exploits faults. It asks in moderation, at most a few connections at a time to each address.',
    'What is kept is the answers: DNS records, certificates, headers and banners, with the time. The content of pages and personal data are not collected. Users have a name, a user name and what they did, in a log.',
    'Nothing is sent out of the service: no fonts, maps or visitor statistics of others.',
  ] },
  object: { question: 'How do we object to being measured?', answer: [
    'Ask those who run Utsyn to put names, addresses or networks on the opt-out list. A name covers all that lies under it, and the list wins over everything else from the next measurement on.',
    'What was known before stays. A consent to full measuring is withdrawn from Footprint, and that holds at once.',
  ] },
  accessibility: { question: 'What can the accessibility statement say?', answer: [
    'The interface is made to WCAG 2.2 level A and AA. Those who run Utsyn are responsible for the statement at uustatus.no; this is what the build tests:',
    '- every page with axe (rules for WCAG 2.0, 2.1 and 2.2, A and AA) in light and dark, at 1440 and 390 pixels: no violations',
    '- keyboard only, visible focus, skip to content, the heading takes the focus at a change of page, zoom to 400 %',
    '- every figure has text, a table behind it, and points that take the focus; colour never stands alone',
    'Known shortcomings: not tried by people with a screen reader; the PDFs are tagged (PDF/UA-1), but not tried in a PDF/UA validator.',
  ] },
  contact: { question: 'Whom do I ask?', answer: [
    'About access and users: the administrator where you are. About faults in the service: those who run Utsyn. Bring the number after “ref.” in the message; with it they find it in the log.',
    'About a finding that is wrong: send a [dispute](/hjelp#dispute) from the finding, and you get an answer in time.',
  ] },
} satisfies Answers
