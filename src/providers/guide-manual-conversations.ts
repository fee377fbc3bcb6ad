/** The part of the manual about conversations: how they go on, are found, changed, kept and taken elsewhere. */
import { list, type Section, sh, table, terms, text } from './guide-text.ts';

export const CONVERSATION_SECTIONS: readonly Section[] = [
  {
    id: 'conversations',
    title: 'Saved conversations',
    keywords: terms(
      'conversations, history, earlier answers, saved, save conversation, save the chat, transcript, is it saved, are they saved',
      'chat history, past questions, keep conversations, are answers kept, unterhaltung, unterhaltungen, gespräche, verlauf',
      'conversation enregistrée, historique, conversaciones, historial, 对话, 历史, 历史记录, 会话, 会話, 履歴',
    ),
    body: text(
      'Every question and its answer are saved on this machine, and nowhere else, so nothing you were told is lost:',
      table(
        ['command', 'what it does'],
        ['`sotto -c "…"`', 'goes on with the last conversation'],
        ['`sotto list`', 'lists them, newest first'],
        ['`sotto show`', 'prints one'],
        ['`sotto search`', 'finds words in all of them'],
        ['`sotto last`', 'prints the last answer again, or the code in it'],
        ['`sotto rename`, `sotto tag`, `sotto pin`, `sotto archive`', 'keep them in order'],
        ['`sotto fork`', 'copies one, to go another way'],
        ['`sotto export`, `sotto import`', 'take them out of sotto and into it'],
        ['`sotto delete`', 'deletes for good'],
        ['`sotto db`', 'checks and backs up where they are kept'],
      ),
      'Wherever a conversation is asked for, give its id, as much of the id’s beginning as tells it apart, or its title or a part of that. Ids sort by time. The title is the first line of your question. All of these commands take `--json`, except `sotto export`, which writes JSON as a format.',
      'To keep nothing: `sotto --private "…"`, or for good `sotto config set save false`.',
    ),
  },
  {
    id: 'continue',
    title: 'Going on with a conversation: -c and --resume',
    keywords: terms(
      'continue, -c, --continue, --resume, resume, sotto resume, go on, going on, follow-up, follow up, followup question',
      'continue conversation, resume conversation, old conversation, previous conversation, last conversation, earlier question',
      'remember the conversation, remember what i said, remember previous, keep context, with context, multi-turn, next question',
      'fortsetzen, weitermachen, gespräch fortsetzen, continuer, reprendre, reprendre la conversation, seguir, retomar',
      'continuar la conversación, 继续, 继续对话, 恢复, 続ける, 続き, 会話を続ける, 再開',
    ),
    body: text(
      '`-c` goes on with the conversation that was used last, `--resume` with any other:',
      sh(
        'sotto "name three lakes in Peru"',
        'sotto -c "and the deepest of them?"',
        'sotto --resume 1m7w "and in Bolivia?"',
        'sotto --resume "lakes in Peru" -m sonnet "check that answer"',
      ),
      list(
        'The beginning of an id is enough, or a title. If several fit, they are listed and nothing is sent (exit code 2).',
        'The whole conversation goes along: its questions, answers and pictures. `--dry-run` shows how much that is.',
        'It goes on with the model it was held with, whatever your default is, until you name another with `-m` or `-p`. Its system prompt stays too, unless `-s` or your configuration gives one.',
        'A stopped or broken answer counts: `sotto -c "go on"` takes it from there.',
        'With `--private` the earlier turns are read and the new one is not saved.',
      ),
      'There is no command `resume`: write `sotto --resume ID "…"`. In a script, take the id from `--output json`, where it is called `conversation`.',
    ),
  },
  {
    id: 'list-conversations',
    title: 'Listing conversations',
    keywords: terms(
      'sotto list, list conversations, list chats, all conversations, my conversations, recent conversations, show my chats',
      'conversation list, conversation id, filter conversations, --since, --until, --folder, --min-cost, --pinned, --archived',
      'yesterday, last week, from today, gespräche auflisten, alle gespräche, liste des conversations, lista de conversaciones',
      '对话列表, 列出对话, 会話一覧, 会話の一覧',
    ),
    body: text(
      '`sotto list` shows the last twenty with id, time, model, messages, cost and title, newest first:',
      sh(
        'sotto list',
        'sotto list invoice --since 2w      # a word of the title, and not older than two weeks',
        'sotto list -m gpt-4o-mini --min-cost 0.10',
        'sotto list --folder --all          # every one that was begun in this folder',
        `sotto list --json | jq -r '.conversations[].id'`,
      ),
      list(
        'Filters: `-m`, `-p`, `--tag`, `--folder`, `--since`, `--until`, `--min-cost`, `--pinned`, `--archived`. They all have to fit.',
        'Times: `30m`, `2h`, `3d`, `2w`, `today`, `yesterday`, `2026-11-01`, `2026-11-01T14:30`.',
        '`-n 50` shows more, `--all` everything.',
        'A cost with ≥ is a lower bound: some price in it is not known. `*` marks a pinned one.',
      ),
      'Archived conversations are left out unless you ask with `--archived`.',
    ),
  },
  {
    id: 'show',
    title: 'Reading a conversation again',
    keywords: terms(
      'sotto show, show conversation, read conversation, print conversation, view conversation, open conversation, see old answer',
      'old answers, --tree, --message, --branch, --tool-output, whole conversation, gespräch anzeigen, gespräch lesen',
      'afficher la conversation, relire, ver la conversación, mostrar conversación, 查看对话, 显示对话, 会話を見る, 会話を表示',
    ),
    body: text(
      'Without a name it prints the last conversation, rendered on a terminal, as Markdown in a pipe:',
      sh('sotto show', 'sotto show 1m7w', 'sotto show "lakes in Peru" -n 4', 'sotto show 1m7w > conversation.md'),
      list(
        '`--reasoning` prints what the model thought, `--tool-output` what tools were given and gave back, in full.',
        '`--tree` lists every message of every branch, one line each, with its number. `--branch 12` prints the branch that ends there, `--message 12` that message alone.',
        '`-n 4` prints only the last four messages.',
        '`--json` gives it all to programs.',
      ),
      'An answer that did not end well says so: cancelled, interrupted, failed, or cut at the token limit.',
    ),
  },
  {
    id: 'search',
    title: 'Searching conversations',
    keywords: terms(
      'sotto search, search conversations, search history, full-text search, find conversation, find an old answer, find words, grep',
      'find something i asked, look for, --in, --rank, phrase, durchsuchen, suche, gespräche durchsuchen, chercher, recherche',
      'rechercher, buscar, búsqueda, buscar en el historial, 搜索, 查找, 搜索对话, 検索, 履歴検索, 会話を検索',
    ),
    body: text(
      '`sotto search` looks through titles, prompts, replies, reasoning, tool output and the names of files:',
      sh(
        'sotto search rebase',
        `sotto search '"exit code" signal' --since 2w`,
        'sotto search 東京 --in prompts,replies',
        'sotto search invoice --rank -n 5',
        `sotto search TODO --json | jq -r '.hits[].conversation.id'`,
      ),
      list(
        'All words have to be there. Parts of words are found too, in every language; words of one or two letters only as whole words. Case and accents do not matter.',
        'Double quotes inside the argument make a phrase; keep the outer quotes for the shell.',
        '`--in` says where to look: `titles`, `prompts`, `replies`, `reasoning`, `tools`, `files`.',
        'The newest comes first, with `--rank` the best. `-m`, `-p`, `--tag`, `--folder`, `--since` and `--until` narrow it down.',
      ),
      'Archived conversations are searched as well. What it looked for and where is said on stderr; nothing found is no failure, so the exit code is 0.',
    ),
  },
  {
    id: 'last',
    title: 'The last answer again, and its code',
    keywords: terms(
      'sotto last, last answer, last reply, previous answer, repeat the answer, code block, code blocks, extract code, only the code, -x',
      '--extract, --conversation, run the code, save the code, copy the code, copy answer, letzte antwort, codeblock, dernière réponse',
      'bloc de code, extraire le code, última respuesta, bloque de código, extraer código, 最后的回答, 代码块, 提取代码, 最後の回答, コードブロック',
    ),
    body: text(
      '`sotto last` prints the last answer once more; `-x` only the last block of code in it, exactly as it was written:',
      sh(
        'sotto last',
        'sotto last -x > script.sh',
        'sotto last -x 1                    # the first block',
        'sotto last --conversation 1m7w',
        'sotto last --json | jq .codeBlocks',
      ),
      '`--folder` takes the last conversation that was begun in this folder. If the answer was not finished, or the code in it breaks off, that is said on stderr. Read code before you run it.',
    ),
  },
  {
    id: 'order',
    title: 'Titles, tags, pins and the archive',
    keywords: terms(
      'rename, sotto rename, title, titles, change title, rename conversation, tag, tags, sotto tag, label, labels, pin, sotto pin',
      'pinned, favourite, favorite, star, archive, sotto archive, archived, unarchive, hide conversation, put away, --remove, --off',
      'organise, organize, umbenennen, titel, schlagwort, anheften, archivieren, renommer, titre, étiquette, épingler, archiver',
      'renombrar, título, etiqueta, fijar, archivar, 重命名, 标题, 标签, 置顶, 归档, タイトル, 名前を変更, タグ, ピン留め, アーカイブ',
    ),
    body: text(
      sh(
        'sotto rename 1m7w "Lakes of Peru"',
        'sotto tag 1m7w work travel',
        'sotto tag 1m7w travel --remove',
        'sotto pin 1m7w',
        'sotto archive 1m7w 1m7x',
        'sotto archive 1m7w --off',
      ),
      list(
        'A conversation’s title is the first line of the question that began it, until you rename it.',
        '`sotto tag` alone lists all tags, `sotto tag 1m7w` those of one conversation. `sotto list --tag work` lists what has it.',
        'Pinned ones bear a `*` in lists: `sotto list --pinned`.',
        'Archived ones are kept and searched, but not listed, and `-c` passes them over: `sotto list --archived`.',
      ),
      '`--off` takes a pin or the archive mark off again.',
    ),
  },
  {
    id: 'fork',
    title: 'Forks and branches: trying another way',
    keywords: terms(
      'fork, sotto fork, forking, branch, branches, branch off, copy conversation, duplicate conversation, --at, try another way',
      'edit an earlier question, go back to an earlier message, retry from, undo, message tree, abzweigen, verzweigen, kopieren',
      'bifurquer, dupliquer, copier la conversation, bifurcar, duplicar, copiar conversación, 分支, 复制对话, 分岐, 会話をコピー',
    ),
    body: text(
      'A fork is a copy that goes its own way; the original stays as it is. `--at` names its last message:',
      sh(
        'sotto show 1m7w --tree             # the numbers of the messages',
        'sotto fork 1m7w --at 12',
        'sotto --resume "$(sotto fork 1m7w --at 12)" "and without an editor?"',
      ),
      'stdout is the id of the copy. Tags come along; the costs stay where they were made, so nothing counts twice.',
      'Messages form a tree, and nothing in it is ever overwritten. Imported conversations often have several branches: `sotto show` prints the active one, `--tree` all of them, `--branch 12` another.',
    ),
  },
  {
    id: 'delete',
    title: 'Deleting conversations for good',
    keywords: terms(
      'sotto delete, delete conversation, delete conversations, delete a chat, delete history, remove conversation, erase, wipe',
      'clear history, secure delete, really deleted, delete everything, delete all, forget, get rid of, undelete, gespräch löschen',
      'verlauf löschen, supprimer la conversation, effacer, effacer l’historique, borrar conversación, eliminar, borrar historial',
      '删除对话, 清除历史, 删除历史, 会話を削除, 履歴を削除, 消去',
    ),
    body: text(
      sh('sotto delete 1m7w', 'sotto delete 1m7w 1m7x --yes', 'sotto db vacuum                   # gives the space back to the disk'),
      list(
        'It asks first. `--yes` skips the question and then wants ids or whole titles; without a terminal it is needed.',
        'It is real: the words, their places in the search index, and attachments that no other conversation uses are overwritten in the database and in its log, not only hidden.',
        'What was paid stays counted, without the words.',
        'It cannot be brought back. Copies you made before, by `sotto db backup` or `sotto export`, still hold it, and so do the `.bak` files beside the database: delete those yourself.',
      ),
      'All of a kind: `sotto list --tag old --json --all | jq -r .conversations[].id | xargs sotto delete --yes`. To be without old ones in lists and still keep them, `sotto archive`.',
    ),
  },
  {
    id: 'export',
    title: 'Exporting conversations',
    keywords: terms(
      'export, sotto export, export conversation, export chat, as markdown, as html, html, to pdf, as json, jsonl export, training data',
      'fine-tuning, finetuning, training set, download conversations, share a conversation, print a conversation, --format, -o, --out',
      '--attachments, --branches, --force, exportieren, exporter, exportar, datos de entrenamiento, 导出, 导出对话, 训练数据, エクスポート, 書き出し',
    ),
    body: text(
      'Without anything it prints the last conversation as Markdown. The ending of `-o` chooses the form, or `--format` does:',
      sh(
        'sotto export > talk.md',
        'sotto export 1m7w -o talk.html',
        'sotto export --all -o everything.jsonl',
        'sotto export --tag work --since 2w --format training > examples.jsonl',
      ),
      table(
        ['`--format`', 'what it is for'],
        ['`markdown`', 'to read and to paste; `--attachments` puts pictures into it'],
        ['`html`', 'one file to read, print and share: no scripts, nothing loaded from elsewhere'],
        ['`json`, `jsonl`', 'everything, all branches and attachments, for programs and for `sotto import`'],
        ['`training`', 'chat examples for fine-tuning, one per line; `--branches` writes one for each branch'],
      ),
      list(
        'Choose by name, by `-m`, `-p`, `--tag`, `--folder`, `--since`, `--until`, or take `--all`, archived ones too.',
        'A file is written whole or not at all, readable by you alone, and replaces another only with `--force`.',
        'Training leaves out turns that failed, were cancelled or have no answer, and says how many.',
      ),
    ),
  },
  {
    id: 'import',
    title: 'Importing from llm, ChatGPT, Claude, aichat or another sotto',
    keywords: terms(
      'import, sotto import, import conversations, import from chatgpt, import from claude, import from llm, chatgpt export, claude export',
      'data export, conversations.json, logs.db, simon willison, aichat, aichat sessions, migrate from, switch from, move from',
      'bring my chats, from another machine, importieren, importer, importar, 导入, 导入对话, 迁移, インポート, 取り込み, 移行',
    ),
    body: text(
      'sotto looks into each file and knows what it is:',
      sh(
        'sotto import "$(llm logs path)"',
        'sotto import ~/Downloads/chatgpt-export/',
        'sotto import conversations.json --dry-run',
        'sotto import ~/.config/aichat/sessions',
        'sotto import everything.jsonl',
      ),
      table(
        ['from', 'what it reads'],
        ['`sotto`', 'what `sotto export` wrote as `json` or `jsonl`, without loss'],
        ['`llm`', 'its database; `llm logs path` says where that is'],
        ['`chatgpt`', 'the data export: the unpacked folder, or `conversations.json` alone, then without its pictures'],
        ['`claude`', 'the data export: the unpacked folder, or `conversations.json`'],
        ['`aichat`', 'the folder of sessions, one session, or `messages.md`'],
      ),
      list(
        'ZIP archives are not read: unpack them first.',
        'Doing it again adds only what is new. `--dry-run` says what would be added and writes nothing.',
        'What could not be read is listed with its place; nothing is skipped silently.',
        'If a file is taken for something else, say what it is: `--format claude`.',
      ),
      'The exit code is 0 when something was read, and 2 when nothing could be.',
    ),
  },
  {
    id: 'not-saving',
    title: 'Not saving: --private and save',
    keywords: terms(
      'not saving, do not save, without saving, stop saving, turn off saving, disable history, no history, incognito, --private',
      'private mode, SOTTO_SAVE, SOTTO_PRIVATE, setting save, config set save, leave no trace, no trace, off the record, nicht speichern',
      'privater modus, ohne verlauf, ne pas enregistrer, sans historique, mode privé, no guardar, sin historial, modo privado',
      '不保存, 隐私模式, 无痕, 保存しない, プライベートモード',
    ),
    body: text(
      'For one question, for good, or in one terminal:',
      sh(
        'sotto --private "…"               # nothing at all is written to disk',
        'sotto config set save false       # conversations are not saved; --private is not needed',
        'export SOTTO_SAVE=false           # the same for this shell, or for a script',
      ),
      'What was saved before stays, can be read and searched, and `-c` still goes on with it. Back on: `sotto config set save true`, or for one run `sotto --set save=true "…"`. To take out what is there: `sotto delete`.',
      'The provider sees your question either way.',
    ),
  },
  {
    id: 'database',
    title: 'Where conversations are kept: the database',
    keywords: terms(
      'database, sqlite, sotto.db, sotto db, db path, db check, db vacuum, vacuum, where are conversations, conversations stored',
      'where is my history, where are my chats, history file, -wal, wal file, shm file, disk space, database size, damaged',
      'corrupt, corrupted, database is damaged, malformed, newer sotto, newer database, locked, database is locked, database locked',
      'many processes, several at once, in parallel, parallel, concurrent, at the same time, datenbank, beschädigt, base de données',
      'base de datos, dañada, 数据库, 损坏, データベース, 破損',
    ),
    body: text(
      'All conversations are in one SQLite database, `sotto.db`, in sotto’s data folder:',
      sh('sotto db path', 'sotto db check', 'sotto db vacuum'),
      list(
        'Only you can read it: the file has mode 0600, its folder 0700. `SOTTO_HOME` moves it, together with everything else.',
        'Many sottos may use it at once: a hundred in a loop do not fail with a lock and do not lose a word.',
        '`sotto db check` looks for damage and changes nothing. The exit code is 3 where there is some. Then go back to a backup with `sotto db restore FILE`; what can still be read comes out with `sotto export --all`.',
        'A newer sotto makes a backup beside the file before it changes the database. An older sotto does not touch a newer database: it says so, and you update it or set `SOTTO_HOME` to another folder.',
        'Attachments are in there too, each stored once. `sotto db vacuum` gives the space of what was deleted back.',
      ),
      'The files `sotto.db-wal` and `sotto.db-shm` belong to it: the first holds what was saved last. Never delete or copy one without the others.',
    ),
  },
  {
    id: 'backup',
    title: 'Backups and restore',
    keywords: terms(
      'backup, backups, back up, restore, sotto db backup, db backup, db restore, restore conversations, copy the database, .bak',
      'safe copy, copy to another machine, move to another computer, new computer, sync, rsync, sicherung, sichern, wiederherstellen',
      'sauvegarde, sauvegarder, restaurer, copia de seguridad, restaurar, respaldo, 备份, 恢复备份, 还原, バックアップ, 復元',
    ),
    body: text(
      '`sotto db backup` makes a whole copy, also while other sottos are writing, and prints its name:',
      sh(
        'sotto db backup                    # beside the database',
        'sotto db backup /mnt/usb/',
        'sotto db restore sotto-2026-11-20-143000.db',
      ),
      list(
        'Do not copy `sotto.db` by hand: what was saved last may still be in `sotto.db-wal`, and the copy would miss it.',
        '`restore` checks the backup, asks first (`--yes` skips that), and keeps the database it replaces beside it as a `.bak` file. A bare name is looked for beside the database.',
        'Backups are never deleted by sotto. Nor do they change: what you delete later is still in them.',
        'Before a newer sotto changes the database, it makes a backup by itself: `sotto.db.v1-….bak`.',
      ),
      'To another machine: copy a backup there and `sotto db restore` it. To add conversations to those that are there already, `sotto export --all -o all.jsonl` here and `sotto import all.jsonl` there. Settings and keys are in files of their own.',
    ),
  },
  {
    id: 'lost',
    title: 'After Ctrl+C, a crash or a full disk',
    keywords: terms(
      'lost, lose, loss, data loss, lost answer, recover, recovery, crash, crashed, kill -9, killed, power cut, power failure, reboot',
      'closed the terminal, interrupted, interrupted answer, unfinished, partial reply, is the answer lost, disk full, full disk',
      'no space left, ENOSPC, read-only, this answer is not kept, not kept, is not kept, absturz, abgestürzt, verloren, festplatte voll',
      'plantage, perdu, disque plein, se perdió, perdida, disco lleno, 崩溃, 丢失, 磁盘已满, クラッシュ, 失われた, ディスクがいっぱい',
    ),
    body: text(
      'Your question is on disk before the request leaves, and the answer is written while it streams.',
      table(
        ['what happened', 'what you have'],
        ['`Ctrl+C`', 'the answer up to there, marked as cancelled; exit code 130'],
        ['a crash, `kill -9`, a closed terminal', 'all but the last quarter of a second; the next sotto marks the answer as interrupted'],
        ['the connection broke', 'what had arrived, marked as failed; exit code 4'],
        ['a full or read-only disk', 'the answer on stdout as always, and a message on stderr at once that it is not kept; exit code 3'],
        ['a power cut', 'a sound database; the very last writes may be missing'],
      ),
      'See it and go on from there:',
      sh('sotto show', 'sotto last', 'sotto -c "go on"'),
      'After a full disk, free some space: what was saved before is safe. `sotto db check` looks through all of it.',
    ),
  },
];
