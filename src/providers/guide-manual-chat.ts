/** The part of the manual about the chat: opening it, keys, commands, and what it does with the terminal. */
import { list, type Section, sh, table, terms, text } from './guide-text.ts';

export const CHAT_SECTIONS: readonly Section[] = [
  {
    id: 'chat',
    title: 'The chat: opening it, and leaving',
    keywords: terms(
      'chat, sotto chat, open the chat, start a chat, start chatting, chat mode, interactive, interactive chat, interactive mode, repl',
      'talk to a model, multi turn chat, conversation in the terminal, leave the chat, quit the chat, close the chat, exit the chat, /quit',
      'chat beenden, chat öffnen, chat starten, ouvrir le chat, quitter le chat, abrir el chat, salir del chat, 聊天, 打开聊天, チャット, チャットを開く',
    ),
    body: text(
      '`sotto` alone on a terminal opens the chat. With a question it is asked at once:',
      sh(
        'sotto chat',
        'sotto chat -m claude-sonnet-5-5 "let us plan a trip to Lima"',
        'sotto chat -f notes.md             # the file goes with the first question',
        'sotto chat -c                      # goes on with the last conversation',
        'sotto resume                       # choose one from a list',
        'sotto chat --private               # nothing is written to disk',
      ),
      list(
        'Enter sends, `Ctrl+J` makes a new line, `Ctrl+C` or Esc stops a reply and keeps what has come.',
        '`/help` shows all commands on one screen, `/keys` every key.',
        'Leave with `/quit`, `Ctrl+D`, or `Ctrl+C` twice on an empty line. The conversation is kept; one that is not says so in the status line (`not saved`) and again when you leave. `exit`, `quit` or `:q` alone is not sent to the model: you are asked.',
      ),
      'With no model set up I answer in there, and `/connect` sets one up: it asks for the key unseen, tests it and switches. Finished lines stay in your scrollback; only the last few are redrawn. An answer that stands still for five seconds says so: `nothing for 12 s`.',
    ),
  },
  {
    id: 'slash-commands',
    title: 'Slash commands of the chat',
    keywords: terms(
      'start over, new chat, begin again, fresh chat',
      'what can i type, what commands, commands',
      'slash command, slash commands, commands in the chat, chat commands, list of slash commands',
      'what does /context do, switch model in the chat, change model in the chat, new conversation, befehle im chat',
      'switch provider in mid-conversation, commandes du chat, comandos del chat, 斜杠命令, スラッシュコマンド',
    ),
    body: text(
      'A line that begins with `/` is a command; Tab completes it, and `/help NAME` tells all about one.',
      table(
        ['command', 'what it does'],
        ['`/retry`, `/edit`, `/undo`', 'another answer; change an earlier turn; take the last one off'],
        ['`/btw`', 'ask on the side'],
        [
          '`/new`, `/list`, `/resume`, `/rename`',
          'begin, choose, go on with and name conversations; in the list `Ctrl+X` deletes, `Ctrl+R` renames, `Ctrl+F` searches inside',
        ],
        ['`/fork`, `/branches`, `/more`', 'go on in a copy; choose a branch; earlier messages'],
        ['`/private`', 'write nothing to disk from now on'],
        ['`/copy`, `/pipe`, `/export`', 'a reply to the clipboard, to a program, the conversation to a file'],
        ['`/model`, `/provider`, `/connect`', 'who answers from the next turn on; set up a provider'],
        ['`/effort`, `/reasoning`', 'how much the model thinks; show or fold its thoughts'],
        ['`/system`, `/context`, `/tools`, `/attach`', 'the system prompt; what the model sees; what it may call; a file to go along'],
        ['`/cost`, `/theme`, `/keys`, `/help`, `/quit`', 'tokens and dollars; colors; keys; this list; leave'],
      ),
      'The model may change in mid-conversation; it goes on with the whole of it. To send a line that begins with a slash as it is, put a space in front. `/SERVER:PROMPT` is a prompt of an MCP server.',
    ),
  },
  {
    id: 'chat-keys',
    title: 'Keys of the chat, and writing in it',
    keywords: terms(
      'multiple lines, type multiple lines, write multiple lines, shortcuts, more than one line',
      'keys of the chat, keyboard, keyboard shortcuts, shortcut keys, key bindings, keybindings, hotkeys, new line, newline, line break, multi-line, multiline, several lines',
      'shift+enter, shift enter, alt+enter, ctrl+j, ctrl+r, ctrl+g, ctrl+t, ctrl+w, ctrl+k, ctrl+y, undo typing, search earlier prompts, prompt history, composer, input line',
      'edit in my editor, external editor, open in editor, paste, paste a long text, paste text, paste chip, @path, tastenkürzel, neue zeile',
      'raccourcis clavier, nouvelle ligne, atajos de teclado, nueva línea, 快捷键, 换行, ショートカット, 改行',
    ),
    body: text(
      table(
        ['key', 'what it does'],
        ['Enter', 'sends; after a backslash at the end of a line it makes a new line'],
        ['`Ctrl+J`, `Alt+Enter`, `Shift+Enter`', 'new line; the last one where the terminal tells it apart'],
        ['Tab', 'completes a `/command` or an `@path`'],
        ['Up, `Ctrl+R`', 'earlier prompts; search in them, across conversations'],
        ['`Ctrl+G`, `Ctrl+X Ctrl+E`', 'the text in your editor (`$VISUAL`, `$EDITOR`)'],
        ['Esc, `Ctrl+C`', 'stop the reply and keep it'],
        ['Esc Esc', 'go back to an earlier prompt and change it'],
        ['`Ctrl+T`', 'show or fold thoughts'],
        ['`Ctrl+O`', 'cancel the tool that has run longest'],
        ['`Alt+B`, `Alt+F`, `Ctrl+A`, `Ctrl+E`', 'a word back or forward, start or end of the line'],
        ['`Ctrl+W`, `Ctrl+K`, `Ctrl+U`, `Ctrl+Y`', 'cut back, to the end, to the start; put back'],
        ['`Ctrl+_`', 'undo'],
        ['`Ctrl+Z`, `Ctrl+L`, `Ctrl+D`', 'suspend; draw again; leave'],
      ),
      'Pasted text is literal and never sends; a long one shows as a chip and goes along whole. `@src/app.ts` in a prompt attaches that file, as does `/attach`. All keys: `/keys`.',
    ),
  },
  {
    id: 'vi-keys',
    title: 'Vi keys in the chat',
    keywords: terms(
      'vi keys, vi mode, vim mode, vim bindings, modal editing, normal mode, insert mode, keyBindings, SOTTO_KEY_BINDINGS, emacs keys',
      '/keys vi, vi-modus, vi-tasten, mode vi, modo vi, vi模式, viモード',
    ),
    body: text(
      'The input line can be edited as in vi: for this chat with `/keys vi`, for good with the setting.',
      sh('sotto config set keyBindings vi', 'sotto config set keyBindings emacs      # the usual keys again'),
      list(
        'Esc leaves insert mode, `i`, `a`, `o` and their capitals come back; the status line says NORMAL.',
        'Motions `h j k l w b e 0 ^ $ gg G f t`, operators `d c y` with a motion, `iw`, `aw` or twice for a line, `x r J ~ p`, `u`, `Ctrl+R` and `.`.',
        'Enter sends in both modes.',
      ),
      'For one terminal: `export SOTTO_KEY_BINDINGS=vi`.',
    ),
  },
  {
    id: 'queue',
    title: 'Typing while a reply comes: queue, stop and steer',
    keywords: terms(
      'queue, queued, queue a prompt, type while it answers, write while it is streaming, next prompt, while the reply streams, steer, interrupt the model',
      'stop a reply in the chat, cancel a reply, esc, escape key, send another message, warteschlange, file d’attente, cola, 排队, キュー',
    ),
    body: text(
      'You can go on typing while a reply streams:',
      list(
        'Enter puts the prompt into the queue; it is sent when the reply is done. The queue is shown above the input line.',
        'Enter again on an empty line stops the reply and sends what is queued at once: that is how you steer.',
        'Up on an empty line takes the last queued prompt back.',
        'Esc or `Ctrl+C` stops the reply. What had come is kept, marked as cancelled, and the model sees it in the next turn. What was queued comes back into the input line and is not sent by itself.',
        'Commands such as `/copy`, `/btw` and `/cost` work at once, without waiting.',
      ),
      'A tool that takes too long is cancelled by itself with `Ctrl+O`; the model is told, and goes on.',
    ),
  },
  {
    id: 'branches',
    title: 'Another answer: /retry, /edit, /undo and branches in the chat',
    keywords: terms(
      'go back, redo, redo it, step back',
      '/retry, /edit, /undo, /fork, /branches, retry, regenerate, another answer, different answer, answer again, ask again, other answer, redo the answer, edit my last message, edit an earlier prompt in the chat',
      'change my prompt, take back a prompt, undo the last turn, walk the branches, switch branch, go back in the chat, esc esc, neue antwort, regénérer, otra respuesta, 重新生成, 再生成',
    ),
    body: text(
      'Nothing in a conversation is ever overwritten; each of these begins a branch:',
      table(
        ['command', 'what it does'],
        ['`/retry`', 'asks for another answer to your last prompt; `/retry haiku` asks another model, which answers from then on'],
        ['`/edit`, Esc Esc', 'brings an earlier prompt back; sending it begins a branch there. `/edit 2` is your second prompt'],
        ['`/undo`', 'takes the last turn off; its prompt comes back into the input line'],
        ['`/fork`', 'copies the conversation and goes on in the copy; `/fork 3` up to the answer to your third prompt'],
        ['`/branches`', 'all branches by their last prompt; the one you choose goes on'],
      ),
      'Each of them leaves one line that says what is behind now; `/branches` returns to it. Esc leaves an edit without sending. From the command line: `sotto show ID --tree` and `sotto fork`.',
    ),
  },
  {
    id: 'btw',
    title: 'A question on the side: /btw',
    keywords: terms(
      '/btw, btw, by the way, side question, ask on the side, on the side, aside, without disturbing, quick question',
      'not part of the conversation, zwischenfrage, nebenbei, en passant, question annexe, pregunta aparte, 顺便问, ついでに',
    ),
    body: text(
      '`/btw` asks something on the side: the model knows the conversation, but neither the question nor the answer becomes a part of it, and nothing of them is kept.',
      list(
        '`/btw what does idempotent mean?` works while a reply streams, too.',
        'What it costs counts in the session, see `/cost`.',
        'To have a whole chat that leaves no trace: `sotto chat --private`.',
      ),
    ),
  },
  {
    id: 'private-chat',
    title: 'A private chat: /private',
    keywords: terms(
      '/private, private chat, chat without saving, chat in private, stop saving this chat, off the record chat, chat --private, privater chat, chat privé, chat privado, 私密聊天, プライベートチャット',
    ),
    body: text(
      'Private from the start, or from now on:',
      sh('sotto chat --private'),
      list(
        '`/private` in the chat: from now on nothing of it is written. `/private off`: what follows is kept again.',
        'What was kept before stays. To delete that too: `sotto delete`.',
        'The status line says `private`, and leaving says it again. In a private chat there is no list of other conversations.',
        'The provider sees your prompts either way.',
      ),
    ),
  },
  {
    id: 'copy',
    title: 'Copying a reply or its code: /copy',
    keywords: terms(
      '/copy, clipboard, copy a reply, copy to clipboard, copy a code block, copy code in the chat, copy the answer, osc 52, copy over ssh, copy in tmux, pbcopy, xclip, wl-copy',
      'zwischenablage, in die zwischenablage kopieren, kopiere die antwort, presse-papiers, copier la réponse, portapapeles, copiar la respuesta, 剪贴板, 复制回答, クリップボード, コピー',
    ),
    body: text(
      table(
        ['command', 'what is copied'],
        ['`/copy`', 'the last reply, as the Markdown it was written in'],
        ['`/copy 2`', 'the code block with `[2]` above it, without the fences'],
        ['`/copy all`', 'the whole conversation'],
      ),
      'A program of the system does it where there is one (`pbcopy`, `wl-copy`, `xclip`, `clip.exe`), otherwise the terminal by OSC 52, also over ssh and in tmux. It says which, and whether it is sure: a terminal does not tell. In tmux, `set -g set-clipboard on` may be needed.',
      'Blocks are numbered through the whole turn, also where tools were called in between. Long lines are not broken by sotto but by the terminal, so a line that you select is the line that was written.',
      'Outside of the chat: `sotto last -x` prints the last code block, `sotto last -x 2` the one with `[2]` above it.',
    ),
  },
  {
    id: 'pipe-reply',
    title: 'A reply to a program: /pipe, and to a file: /export',
    keywords: terms(
      '/pipe, pipe a reply, pipe the reply to a command, pipe the answer to a program, send the reply to a program, shell command with the reply, write the reply to a file',
      '/export, save the chat to a file, export from the chat, antwort an ein programm, réponse vers un programme, respuesta a un programa, 管道命令',
    ),
    body: text(
      'The last reply as the input of a shell command, whose output is shown; it does not go to the model:',
      list('`/pipe wc -w` counts its words.', '`/pipe cat > notes.md` writes it to a file.', '`/pipe` alone asks for the command.'),
      '`/export` writes the whole active branch as Markdown, `/export talk.md` under that name; it never writes over a file. Other forms: `sotto export`.',
    ),
  },
  {
    id: 'piped-chat',
    title: 'Piping something into the chat',
    keywords: terms(
      'pipe into the chat, pipe into chat, git diff | sotto chat, piped text in the chat, chat about a file, chat with a document, chat about piped text, discuss a diff, chat about my code',
      'in den chat leiten, envoyer vers le chat, 管道到聊天, チャットにパイプ',
    ),
    body: text(
      'What is piped in goes along with the first question; the keyboard is the terminal’s:',
      sh('git diff | sotto chat "review this with me"', 'sotto chat -f notes.md -f photo.png'),
      'Without a question you type the first one yourself. Files go along later too: `@path` in a prompt, or `/attach PATH`; `Ctrl+C` on an empty line takes attached files off again.',
      'Without a terminal there is no chat: in a script use `sotto ask`.',
    ),
  },
  {
    id: 'resume-chat',
    title: 'Going on with a conversation in the chat',
    keywords: terms(
      'sotto resume, resume a chat, resume in the chat, reopen a chat, reopen a conversation, go on with a chat, earlier chat, old chat, yesterday’s chat, /resume, /list, /more, /new, earlier messages',
      'pick a conversation, chat fortsetzen, reprendre le chat, retomar el chat, 恢复聊天, チャットを再開',
    ),
    body: text(
      sh('sotto resume', 'sotto resume 1m7w', 'sotto resume "trip to Lima"', 'sotto chat -c'),
      list(
        '`sotto resume` alone shows a list to choose from, with a preview; typing narrows it down.',
        'The last screenful is printed. `/more` prints the messages before.',
        'In the chat, `/list` or `/resume` changes to another conversation, `/new` begins one, `/rename` names this one.',
        'It goes on with the model it was held with, unless you name another.',
      ),
      'A question of `sotto ask` can be resumed in the chat, and a chat with `sotto -c "…"`.',
    ),
  },
  {
    id: 'editors',
    title: 'Editors, graphical programs, phones: where sotto is not',
    keywords: terms(
      'extension for vscode, plugin for intellij',
      'vscode, vscode extension, vscode plugin, extension, editor extension, editor plugin, editor integration, ide, ide plugin, jetbrains, intellij, pycharm, neovim, nvim, vim plugin',
      'emacs, in emacs, emacs package, sublime, zed, cursor, in my editor, inside my editor, gui, graphical interface, graphical, gui version, desktop app, app, web ui, webui, web interface, web app',
      'browser version, in the browser, mobile app, on my phone, android app, iphone app, editor-erweiterung, extension vs code, extensión, 编辑器插件, 图形界面, エディタ, 拡張機能',
    ),
    body: text(
      'There is no extension for VS Code, JetBrains, Vim or Emacs, and no window, web page or phone app. sotto is a program of the terminal, and works in the one that your editor has: in VS Code, View, Terminal, then `sotto`.',
      'What editors can do with it, because it reads a pipe and writes an answer:',
      list(
        'Vim and Neovim: select lines, then `:w !sotto -q "explain this"` shows the answer; `:%!sotto -q "fix the spelling"` puts it in the place of the text.',
        'Emacs: `M-|` runs a command with the region as its input.',
        'Any editor with tasks: a task that runs `sotto -f FILE "review this"`.',
      ),
      'The other way round: `Ctrl+G` in the chat opens your own editor (`$VISUAL`, `$EDITOR`) for a long prompt, and `/export` writes a conversation into a file.',
    ),
  },
  {
    id: 'screen-reader',
    title: 'Screen readers, and terminals that cannot redraw',
    keywords: terms(
      'screen reader, screen-reader, --screen-reader, screenReader, SOTTO_SCREEN_READER, accessibility, accessible, blind, low vision, nvda, jaws, orca, voiceover, low motion, reduced motion, no animation, no spinner',
      'plain lines, linear mode, TERM=dumb, dumb terminal, barrierefrei, vorleseprogramm, bildschirmleser, accessibilité, lecteur d’écran, accesibilidad, lector de pantalla, 无障碍, 屏幕阅读器, スクリーンリーダー',
    ),
    body: text(
      'The chat has a mode of plain lines: each is printed once, nothing is redrawn, there are no boxes, no spinner and no escape sequences.',
      sh('sotto chat --screen-reader', 'sotto config set screenReader true', 'export SOTTO_SCREEN_READER=1'),
      list(
        'It comes by itself with `TERM=dumb`, and where `ACCESSIBLE` or `INK_SCREEN_READER` is set.',
        'Every command works; choices are numbered lists, and tools are asked about in a line.',
        '`sotto config set screenReader false` keeps the usual chat.',
      ),
    ),
  },
  {
    id: 'status-line',
    title: 'The status line of the chat',
    keywords: terms(
      'numbers at the bottom, bottom of the screen, line below, numbers mean',
      'status line, statusLine, SOTTO_STATUS_LINE, status bar, bottom line, line at the bottom, tokens per second, tok/s, context used, how full is the context, session cost, cost of this session, first token',
      'hide the cost, statuszeile, barre d’état, barra de estado, 状态栏, ステータスライン',
    ),
    body: text(
      'Below the input line: model, effort, context used of its window, tokens, cost of this session, speed, time to the first token. A `~` is an estimate while a reply streams, `≥` a lower bound: some price is not known; what is not known is not shown, or said to be unknown. A narrow window drops fields.',
      'Choose what is shown, and in which order:',
      sh('sotto config set statusLine model,context,cost', 'sotto config unset statusLine'),
      'The names: `model`, `effort`, `context`, `tokens`, `cost`, `speed`, `firstToken`. More on demand: `/context` for what the model sees, `/cost` for what it took.',
    ),
  },
  {
    id: 'notifications',
    title: 'Notifications when a long answer ends',
    keywords: terms(
      'notification, notifications, notify, SOTTO_NOTIFY, terminal bell, beep, desktop notification, ping me, tell me when it is done, alert, sound when done, turn off the bell',
      'benachrichtigung, klingel, notification sonore, notificación, aviso, 通知, 提醒',
    ),
    body: text(
      'When an answer has taken more than ten seconds and the window of the chat is not looked at, the terminal is asked to notify you; one that cannot gets the bell.',
      sh('sotto config set notify bell        # always the bell', 'sotto config set notify off', 'sotto config set notify auto'),
      'In tmux `set -g focus-events on` lets the chat know whether you look, and `allow-passthrough on` lets the notification through.',
    ),
  },
];
