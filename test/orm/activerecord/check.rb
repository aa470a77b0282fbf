# ActiveRecord's own ways of doing things; each check is rolled back.
require "active_record"
require "active_record/fixtures"
require "yaml"
require_relative "checks"

# where it is, libpq's environment says
ActiveRecord::Base.establish_connection(adapter: "postgresql", database: ENV.fetch("PGDATABASE"))
require_relative "models"

COMMENTABLE = %w[comments_commentable_type_commentable_id_fkey comments].freeze
BLOCK = %w[articles_blocks_collection_item_fkey articles_blocks].freeze

def connection
  ActiveRecord::Base.connection
end

# --- introspection ------------------------------------------------------------

check "columns_hash: the view's columns have their types" do
  # ActiveRecord's name of a timestamp with time zone differs by version
  equal(ArticleList.columns_hash.transform_values { |column| [column.sql_type, column.array] }, {
    "id" => ["integer", false], "title" => ["text", false], "published" => ["timestamp with time zone", false],
    "author_id" => ["integer", false], "author_id_name" => ["text", false], "comments" => ["integer", true],
    "tags" => ["json", false], "blocks" => ["json", false], "translations" => ["json", false]
  })
  equal(PersonList.columns_hash["friends"].sql_type, "bigint")
  equal(connection.views.sort, %w[article_list person_list])
end

check "introspection: foreign keys and indexes of what the relations made" do
  equal(connection.foreign_keys("articles_tags").map { |key| [key.column, key.to_table, key.on_delete] }.sort,
        [["articles_id", "articles", :cascade], ["tags_id", "tags", :cascade]])
  equal(connection.indexes("comments").map(&:columns), [%w[commentable_type commentable_id]])
  equal(connection.primary_key("articles_blocks"), "id")
end

# --- views --------------------------------------------------------------------

check "view: rows with flattened columns, arrays and json" do
  row = ArticleList.find(1)
  equal([row.title, row.published, row.author.name, row.author_id_name, row.comments],
        ["Bread", Time.utc(2024, 3, 1, 12), "Ada", "Ada", [1, 2]])
  equal([row.tags, row.blocks, row.translations],
        [[{ "tags_id" => { "name" => "food" } }],
         [{ "item" => { "words" => "Give us this day" } }, { "item" => { "file" => "loaf.png" } }],
         [{ "title" => "Brot" }, { "title" => "Pain" }]])
  equal(PersonList.order(:name).pluck(:name, :boss_id_name, :profile_bio, :staff, :articles),
        [["Ada", nil, "Counts", [2, 3], [1, 2]], ["Ben", "Ada", "Draws", [], [3]], ["Cleo", "Ada", nil, [], []]])
end

check "view: filter, order and page by flattened columns" do
  equal(ArticleList.where(author_id_name: "Ada").order(title: :desc).pluck(:title), %w[Butter Bread])
  equal(ArticleList.order(:author_id_name, id: :desc).offset(1).limit(2).map(&:title), %w[Bread Salt])
  equal(ArticleList.group(:author_id_name).count, { "Ada" => 2, "Ben" => 1, nil => 1 })
  equal(ArticleList.find_by(author_id_name: "Ben").title, "Salt")
end

check "view: filter by an array of keys, and by json" do
  equal(ArticleList.where("comments @> ARRAY[?]::integer[]", 4).pluck(:title), %w[Salt])
  equal(ArticleList.where("? = ANY (comments)", 2).pluck(:title), %w[Bread])
  white = ArticleList.where("tags::jsonb @> ?", [{ tags_id: { name: "white" } }].to_json)
  equal(white.order(:id).pluck(:title), %w[Butter Salt])
end

check "view: insert, update and delete" do
  row = ArticleList.create!(title: "Yeast", author_id: 2)
  row.reload
  equal([row.author_id_name, row.comments, row.tags], ["Ben", [], []])
  row.update!(title: "Leaven", author_id: 1)
  equal([row.reload.title, row.author_id_name], %w[Leaven Ada])
  equal(ArticleList.where(author_id_name: "Ada").update_all("title = upper(title)"), 3)
  equal(Article.where(author_id: 1).order(:title).pluck(:title), %w[BREAD BUTTER LEAVEN])
  row.destroy!
  equal(Article.exists?(row.id), false)
end

check "view: lock, and find or create" do
  equal(ArticleList.lock.find(1).title, "Bread")
  row = ArticleList.find_or_create_by!(title: "Yeast") { |entry| entry.author_id = 3 }
  equal(ArticleList.find_or_create_by!(title: "Yeast"), row)
  row.with_lock { row.update!(title: "Leaven") }
  equal(row.reload.author_id_name, "Cleo")
end

check "view: a column that leads elsewhere cannot be written" do
  refused(ActiveRecord::StatementInvalid, "0A000") { ArticleList.where(id: 1).update_all(author_id_name: "Eve") }
  refused(ActiveRecord::StatementInvalid, "0A000") { ArticleList.create!(title: "Yeast", comments: [1]) }
end

# --- associations -------------------------------------------------------------

check "many-to-one, one-to-many and one-to-one" do
  people = nil
  sent = statements do
    people = Person.preload(:profile, :staff, :articles, :boss).order(:id).map do |p|
      [p.name, p.boss&.name, p.staff.map(&:name).sort, p.articles.size, p.profile&.bio]
    end
  end
  equal(people, [["Ada", nil, %w[Ben Cleo], 2, "Counts"], ["Ben", "Ada", [], 1, "Draws"], ["Cleo", "Ada", [], 0, nil]])
  equal(sent.size, 5)
  violates("articles_author_id_fkey", "articles") { Article.create!(title: "Lost", author_id: 99) }
  refused(ActiveRecord::RecordNotUnique, "23505") { Profile.create!(bio: "Second", person_id: 1) }
end

check "many-to-many, read and written" do
  butter = Article.find_by!(title: "Butter")
  equal(butter.tags.map(&:name).sort, %w[food white])
  equal(Article.joins(:tags).where(tags: { name: "food" }).pluck(:title).sort, %w[Bread Butter])
  free = Tag.find_by!(name: "free")
  butter.tags << free
  butter.tags.delete(Tag.find_by!(name: "food"))
  equal(ArticleList.find(butter.id).tags.map { |tag| tag["tags_id"]["name"] }, %w[white free])
  free.articles = [butter]
  equal(free.reload.articles.map(&:title), %w[Butter])
  refused(ActiveRecord::RecordNotUnique, "23505") { butter.tags << free }
end

check "many-to-many of a table with itself, and pairs without direction" do
  bread, water = Article.where(title: %w[Bread Water]).order(:id)
  equal(bread.related.map(&:title).sort, %w[Butter Salt])
  water.related << bread
  equal(bread.related_from.map(&:title), %w[Water])
  ada, ben, cleo = Person.order(:id).to_a
  equal([ada.friends.map(&:name), ben.friends.map(&:name)], [%w[Ben], %w[Ada]])
  cleo.later_friends << ben
  # the lower key was put first
  equal([ben.later_friends.map(&:name), ben.earlier_friends.map(&:name)], [%w[Cleo], %w[Ada]])
  equal(ben.friends.order(:id).map(&:name), %w[Ada Cleo])
  refused(ActiveRecord::RecordNotUnique, "23505") { ben.later_friends << ada }
  refused(ActiveRecord::StatementInvalid, "23514") { ben.later_friends << ben }
end

check "many-to-any through its junction, read and written" do
  bread, salt = Article.where(title: %w[Bread Salt]).order(:id)
  equal(bread.blocks.includes(:content).map { |block| [block.collection, block.content.class.name] },
        [%w[quotes Quote], %w[images Image]])
  quote = Quote.create!(words: "Worth one's salt")
  salt.blocks.create!(content: quote, sort: 1)
  salt.blocks.create!(content: Image.first, sort: 2)
  equal(salt.reload.blocks.map(&:content), [quote, Image.first])
  equal(Image.first.shown_in.map(&:article).sort_by(&:id), [bread, salt])
  # deleted with what they show
  quote.destroy!
  equal(salt.reload.blocks.map(&:collection), %w[images])
  violates(*BLOCK) { salt.blocks.new(collection: "quotes", item: 99).save!(validate: false) }
  violates(*BLOCK) { salt.blocks.new(collection: "tags", item: 1).save!(validate: false) }
end

# --- polymorphic associations -------------------------------------------------

check "polymorphic: read, and loaded eagerly" do
  comments = nil
  sent = statements do
    comments = Comment.where(commentable_type: %w[Article Video]).includes(:commentable).order(:id)
      .map { |c| [c.body, c.commentable.class.name, c.commentable.id] }
  end
  equal(comments, [["Nice", "Article", 1], ["Short", "Article", 1], ["Long", "Video", 2]])
  equal(sent.size, 3)
  articles = nil
  sent = statements { articles = Article.preload(:comments).order(:id).map { |a| a.comments.map(&:body).sort } }
  equal(articles, [%w[Nice Short], [], [], []])
  equal(sent.size, 2)
  equal(Article.eager_load(:comments).where(comments: { body: "Short" }).map(&:title), %w[Bread])
  equal(Video.left_joins(:comments).group("videos.id").count("comments.id"), { 1 => 0, 2 => 1 })
end

check "polymorphic: written" do
  butter, video = Article.find_by!(title: "Butter"), Video.find(1)
  comment = video.comments.create!(body: "Brief")
  equal([comment.commentable_type, comment.commentable_id], ["Video", 1])
  comment.update!(commentable: butter)
  equal([video.reload.comments.to_a, comment.reload.commentable], [[], butter])
  comment.update!(commentable: nil)
  equal(butter.comments.to_a, [])
  Comment.insert_all!(Array.new(20) { |i| { body: i.to_s, commentable_type: "Video", commentable_id: 1 } })
  equal(video.comments.count, 20)
end

check "polymorphic: dependent: :destroy deletes what refers" do
  Article.find_by!(title: "Bread").destroy!
  equal(Comment.order(:id).pluck(:body), %w[Long Salty Loud])
  # what refers by the name that another client gives the class, ActiveRecord does not know of
  violates(*COMMENTABLE) { Article.find_by!(title: "Salt").destroy! }
  equal(Article.order(:id).pluck(:title), %w[Butter Salt Water])
end

check "polymorphic: what leads nowhere is refused, in the middle of a transaction" do
  before = Comment.count
  Comment.create!(body: "Stays", commentable: Article.find(2))
  [["Article", 99], ["Tag", 1], [nil, 1], ["Article", nil]].each do |type, id|
    violates(*COMMENTABLE) { Comment.create!(body: "Lost", commentable_type: type, commentable_id: id) }
  end
  violates(*COMMENTABLE) do
    Comment.insert_all!([1, 99].map { |id| { body: "x", commentable_type: "Video", commentable_id: id } })
  end
  violates(*COMMENTABLE) { Comment.update_all(commentable_id: 99) }
  violates(*COMMENTABLE) { Article.find(1).delete }
  violates(*COMMENTABLE) { ArticleList.find(1).destroy! }
  violates(*COMMENTABLE) { Video.find(2).update!(id: 20) }
  equal(Comment.count, before + 1)
  equal(Article.count, 4)
  Article.find(4).delete
end

check "fixtures: what refers may be loaded first" do
  File.write("#{ARGV.fetch(0)}/comments.yml",
             { "wide" => { "body" => "Wide", "commentable" => "screen (Video)" } }.to_yaml)
  File.write("#{ARGV.fetch(0)}/videos.yml", { "screen" => { "url" => "screen.webm" } }.to_yaml)
  ActiveRecord::FixtureSet.create_fixtures(ARGV.fetch(0), %w[comments videos], "comments" => Comment, "videos" => Video)
  equal(Comment.all.map { |c| [c.body, c.commentable.url] }, [%w[Wide screen.webm]])
  # in force again
  violates(*COMMENTABLE) { Video.delete_all }
  violates(*COMMENTABLE) { Comment.create!(body: "Lost", commentable_type: "Video", commentable_id: 99) }
end

check "truncate: refused while rows refer, unless their table is in the same command" do
  refused(ActiveRecord::StatementInvalid, "0A000") { connection.truncate("videos") }
  connection.truncate_tables("videos", "comments")
  equal([Video.count, Comment.count], [0, 0])
end

# --- row functions ------------------------------------------------------------

check "row functions: from" do
  equal(Article.from("people p, articles(p) articles").where("p.name = ?", "Ada").order(:id).map(&:title),
        %w[Bread Butter])
  equal(Article.joins("CROSS JOIN LATERAL comments(articles) c").order("c.id").pluck(:title, "c.body"),
        [%w[Bread Nice], %w[Bread Short], %w[Salt Salty]])
  equal(Article.where("EXISTS (SELECT FROM comments(articles))").order(:id).pluck(:title), %w[Bread Salt])
end

check "row functions: find_by_sql" do
  commented = "SELECT a.*, c.body FROM comments c, articles(c) a WHERE c.commentable_type = ?"
  equal(Article.find_by_sql([commented, "article"]).map { |a| [a.title, a["body"]] }, [%w[Salt Salty]])
  equal(Tag.find_by_sql("SELECT t.* FROM articles a, tags(a) j, tags_id(j) t WHERE a.title = 'Butter' ORDER BY t.id")
    .map(&:name), %w[food white])
end

# --- migrations ---------------------------------------------------------------

class Changes < ActiveRecord::Migration[6.1]
  def change
    rename_table :videos, :clips
    rename_column :comments, :commentable_id, :subject_id
    rename_column :comments, :commentable_type, :subject_type
    add_column :clips, :title, :string
    add_reference :tags, :subject, polymorphic: true
    reversible do |way|
      way.up { change_column :clips, :id, :bigint }
      way.down { change_column :clips, :id, :integer }
    end
  end
end

check "migrations: back and forth, the relation follows" do
  migrate = ->(way) { ActiveRecord::Migration.suppress_messages { Changes.migrate(way) } }
  constraint = lambda do
    connection.select_value("SELECT constraint_name FROM relations.relations WHERE reverse_field = 'comments'")
  end
  migrate[:up]
  violates(constraint[], "comments") { connection.execute("DELETE FROM clips WHERE id = 2") }
  violates(constraint[], "comments") do
    connection.execute("INSERT INTO comments (body, subject_type, subject_id) VALUES ('Lost', 'Video', 99)")
  end
  equal(connection.select_values("SELECT v.url FROM comments c, clips(c) v WHERE c.body = 'Long'"), %w[churning.webm])
  equal(connection.select_values("SELECT comments FROM article_list WHERE id = 1"), ["{1,2}"])
  equal(connection.select_values("SELECT problem FROM relations.check()"), [])
  migrate[:down]
  violates(*COMMENTABLE) { Comment.create!(body: "Lost", commentable_type: "Video", commentable_id: 99) }
  equal(connection.select_values("SELECT problem FROM relations.check()"), [])
end

check "migrations: what a view shows keeps its type until the view is made anew" do
  refused(ActiveRecord::StatementInvalid, "0A000") { connection.change_column(:articles, :title, :string) }
  connection.execute("DROP VIEW article_list")
  connection.change_column(:articles, :title, :string)
  connection.execute("SELECT relations.create_view('article_list', 'articles', 'id,title,author_id.name')")
  ArticleList.reset_column_information
  equal(ArticleList.find(1).attributes, { "id" => 1, "title" => "Bread", "author_id_name" => "Ada" })
ensure
  ArticleList.reset_column_information
end

# --- dumps --------------------------------------------------------------------

# A new database with what the block loads into it, for as long as the other block runs.
def elsewhere(load, &block)
  here = ActiveRecord::Base.connection_db_config.configuration_hash
  there = here.merge(database: "#{here[:database]}_copy")
  connection.create_database(there[:database], template: "template0")
  ActiveRecord::Base.establish_connection(there)
  load.call
  block.call
ensure
  ActiveRecord::Base.establish_connection(here)
  connection.drop_database(there[:database])
end

def enforced
  connection.execute("INSERT INTO videos (url) VALUES ('x.webm')")
  connection.execute("INSERT INTO comments (body, commentable_type, commentable_id) VALUES ('x', 'Video', 1)")
  yield
  violates(*COMMENTABLE) { connection.execute("DELETE FROM videos") }
  equal(connection.select_values("SELECT problem FROM relations.check()"), [])
end

DatabaseTasks = ActiveRecord::Tasks::DatabaseTasks
DatabaseTasks.db_dir = ARGV.fetch(0)
DatabaseTasks.structure_load_flags = ["--output=#{File::NULL}"]

report "schema.rb: tables and foreign keys are loaded elsewhere, and adopted" do
  DatabaseTasks.dump_schema(ActiveRecord::Base.connection_db_config, :ruby)
  elsewhere -> { ActiveRecord::Migration.suppress_messages { load "#{DatabaseTasks.db_dir}/schema.rb" } } do
    enforced do
      adopted = connection.select_values("SELECT many_collection FROM relations.adopt()")
      equal(adopted.count("comments"), 1)
    end
  end
end

report "structure.sql: with the registry behind it, relations and views are loaded elsewhere" do
  file = "#{DatabaseTasks.db_dir}/structure.sql"
  DatabaseTasks.dump_schema(ActiveRecord::Base.connection_db_config, :sql)
  system("pg_dump -a -t 'relations.*' >>#{file}", exception: true)
  elsewhere -> { DatabaseTasks.structure_load(ActiveRecord::Base.connection_db_config, file) } do
    enforced { equal(connection.select_values("SELECT count(*) FROM article_list"), [0]) }
  end
end

exit(!$failed)
