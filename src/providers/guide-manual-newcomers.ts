/** The part of the manual for those who have just met sotto: whose it is, whether there is an account, what it sees, which languages, what the words mean. */
import { list, type Section, sh, table, terms, text } from './guide-text.ts';

export const NEWCOMER_SECTIONS: readonly Section[] = [
  {
    id: 'license',
    title: 'License and source code',
    keywords: terms(
      'open source, opensource, is it open source, free software, license, licence, license of sotto, mit license, source code, look at the source, read the source, github repo, repository, repo',
      'where is the source, who made sotto, who makes sotto, author, authors, maintainer, maintainers, contribute, contributing, contributor',
      'company behind, commercial use, use it commercially, copyright, lizenz, quelloffen, quelltext, code source, logiciel libre',
      'licencia, código abierto, código fuente, 开源, 開源, 许可证, 源代码, オープンソース, ライセンス, ソースコード',
    ),
    body: text(
      'sotto is open source under the MIT license: use it, change it and pass it on, at work too, as long as the license goes along. The sotto authors make it; there is no company behind it that sells you something.',
      'The sources, the place for bugs and for changes of your own: https://github.com/sotto-cli/sotto',
      'The models are not part of it. What a model may be used for, and who owns what it writes, is up to the terms of its provider.',
    ),
  },
  {
    id: 'account',
    title: 'Nothing to sign up for, to cancel or to log out of',
    keywords: terms(
      'account and password, account with sotto, subscription',
      'subscribe, unsubscribe, sotto pro, premium, my plan, logout, logged in, am i logged in, password, change my password, forgot my password, lost my password, username',
      'email address, profile picture, konto, konto löschen, abmelden, abonnement, kündigen, kündige, passwort, mon compte, supprimer mon compte',
      'résilier, mot de passe, déconnecter, eliminar mi cuenta, suscripción, contraseña, cerrar sesión, 账户, 账号, 订阅, 注销, 密码',
      'アカウント, 解約, ログアウト, パスワード',
    ),
    body: text(
      'There is no account of sotto, so there is nothing to sign up for, to cancel, or to delete. What you may have is an account with a provider; its plan, its bill, its password and its end are on that provider’s own pages. A key is paid by use; a subscription to ChatGPT or Claude is something else and does not include one.',
      'What stands for “logging out” here is to take the key away, and revoke it at the provider too:',
      sh('sotto keys list', 'sotto keys delete openai', 'unset OPENAI_API_KEY    # where it is a variable'),
      'To leave nothing of yours behind, delete the folders that these name:',
      sh('sotto db path', 'sotto config path'),
    ),
  },
  {
    id: 'reach',
    title: 'What it can see and do on your computer',
    keywords: terms(
      'watch my screen, screen recording, microphone recording, record me, access to my camera, access to my microphone, webcam, spyware',
      'keyboard, read my clipboard, control my computer, take over my computer, access to my computer, run commands on my computer',
      'hack my computer, hacked, virus, malware, dangerous, delete my files, access my files, see my files, read my emails, my passwords',
      'what can it see, what can it access, in the background, running in the background, bildschirm, mikrofon, kamera, écran, micro, caméra',
      'pantalla, micrófono, cámara, 屏幕, 麦克风, 摄像头, 画面, マイク, カメラ',
    ),
    body: text(
      'sotto sees what you give it, and nothing else:',
      list(
        'what you type or paste, and what you pipe in;',
        'files that you name, with `-f` or `@path`;',
        'the conversation so far, where you go on with one.',
      ),
      'It does not see your screen, hear your microphone, look through a camera, watch what you type elsewhere or read the clipboard, and it does not run in the background: when the command has ended, it is gone.',
      'A model can do something only where you switch tools on with `--tools`. Then it may read files of the folder you are in; whatever writes, runs a command or reaches the network asks you first. Ask me about “Tools: letting a model act” and “Safety of tools”.',
      'What leaves your machine is the prompt, to the provider that you chose.',
    ),
  },
  {
    id: 'languages',
    title: 'Languages of the answers and of sotto',
    keywords: terms(
      'language, languages, speak my language, ask in my language, which languages, what languages, language of the interface, interface language, change the language',
      'localization, localisation, locale, understand my language, version in my language, in my language',
      'right to left, unicode, sprache, sprachen, auf deutsch, langue, langues, en français, idioma, idiomas, en español, 语言, 中文',
      '言語, 日本語',
    ),
    body: text(
      'Ask in any language that the model knows; most answer in the language of the question. To have one language always, say so once:',
      sh('sotto -s "Always answer in Spanish." "what is DNS?"', 'sotto config set system "Always answer in Spanish."'),
      'sotto’s own words (help, errors, this guide) are English. I understand some questions in German, French, Spanish, Chinese and Japanese.',
      'Text in any script is shown and kept as it is, wide characters and emoji included.',
    ),
  },
  {
    id: 'glossary',
    title: 'Words you meet: model, provider, key, token, context',
    keywords: terms(
      'glossary, terminology, jargon, vocabulary, definitions, explain the words, difference between a model and a provider',
      'model and provider, what is a token, tokens mean, what is an llm, llm mean, what does streaming mean, begriffe, glossar, glossaire',
      'vocabulaire, glosario, 术语, 词汇, 用語, 用語集',
    ),
    body: text(
      table(
        ['word', 'what it means'],
        ['model', 'the program that writes the answers, such as `gpt-6-luna`; also: language model, LLM'],
        ['provider', 'who runs models and takes requests for them: OpenAI, Anthropic, or your own machine with Ollama'],
        ['key', 'the password with which a provider knows whom to bill; also: API key'],
        ['prompt', 'what you send: your question, and the files and the text that go with it'],
        ['token', 'a piece of text, about four letters of English; limits and prices are counted in tokens'],
        ['context', 'all that a model sees at once: prompt, conversation and answer; its window is the limit'],
        ['system prompt', 'how the model should behave, told apart from the question'],
        ['conversation', 'questions and answers that belong together; sotto keeps them on your disk'],
        ['streaming', 'the answer is shown while it is written'],
        ['tool', 'something that a model may call, such as reading a file, where you let it'],
      ),
    ),
  },
];
